-- What forgetting and erasing share. Follows feed.lua in one script.
-- Takes a conversation's part out of the feed.
local function unfeed(base, log, fed_as)
  local ids, last = {}, ''
  for _, entry in ipairs(call('XRANGE', log, '-', '+')) do
    local fields = entry[2]
    for at = 1, #fields, 2 do
      if fields[at] == 'n' and fields[at + 1] ~= last then
        last = fields[at + 1]
        ids[#ids + 1] = last .. '-0'
      end
    end
  end
  for id in string.gmatch(fed_as or '', '%S+') do ids[#ids + 1] = id end
  for from = 1, #ids, 1000 do
    call('XDEL', base .. 'feed', unpack(ids, from, math.min(from + 999, #ids)))
  end
end
