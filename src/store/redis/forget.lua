-- Forgets conversations of one shard, those that are still closed and old, and the old tokens of shoppers of whom
-- nothing is left then. Follows feed.lua in one script.
-- KEYS: closed. ARGV: base of the shard's keys, the time, then each conversation.
-- Answers how many were forgotten, and the hashes of the tokens that go with them.
local base, before = ARGV[1], tonumber(ARGV[2])
local forgotten, tokens = 0, {}
catch_up(base)

-- Takes a conversation's part out of the feed.
local function unfeed(log, fed_as)
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

for at = 3, #ARGV do
  local conversation = ARGV[at]
  local log, head, ids = base .. 'log:' .. conversation, base .. 'head:' .. conversation, base .. 'ids:' .. conversation
  local stands = call('HMGET', head, 'owner', 'at', 'shop', 'shopper', 'fed_as')
  if stands[1] == 'closed' and tonumber(stands[2]) < before then
    unfeed(log, stands[5])
    call('DEL', log, head, ids)
    forgotten = forgotten + 1
    local shopper = stands[3] .. '\0' .. stands[4]
    call('SREM', base .. 'of:' .. shopper, conversation)
    if call('EXISTS', base .. 'of:' .. shopper) == 0 and call('HEXISTS', base .. 'open', shopper) == 0 then
      local given = call('HGETALL', base .. 'tokens:' .. shopper)
      for token = 1, #given, 2 do
        -- Tokens are given out before a talk begins: a young one may be about to.
        if tonumber(given[token + 1]) < before then
          tokens[#tokens + 1] = given[token]
          call('HDEL', base .. 'tokens:' .. shopper, given[token])
        end
      end
    end
  end
  call('ZREM', KEYS[1], conversation)
end
return { forgotten, tokens }
