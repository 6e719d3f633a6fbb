-- What appending and reading share: the change feed of a shard, and what servers of version 0.1 leave undone in it.
local call = redis.call

-- Writes events `from` to `to` of a conversation into the feed.
local function enter(base, id, conversation, shop, from, to, at)
  call('XADD', base .. 'feed', id, 'c', conversation, 'f', from, 's', to, 'h', shop, 'a', at)
end

-- Takes over what a server of version 0.1 appended to a conversation: it knows no feed, nor who waits, nor which
-- conversations a shopper has. `after` is the number of the last news.
local function take_over(base, conversation, after)
  local head = base .. 'head:' .. conversation
  local stands = call('HMGET', head, 'seq', 'fed', 'shop', 'shopper', 'owner', 'at', 'fed_as')
  local seq, fed = tonumber(stands[1]), tonumber(stands[2] or '0')
  if not seq or fed >= seq then return end
  local top = call('XREVRANGE', base .. 'feed', '+', '-', 'COUNT', 1)[1]
  local id = after .. '-1'
  if top then
    local number, part = string.match(top[1], '^(%d+)-(%d+)$')
    if tonumber(number) == after then id = after .. '-' .. (tonumber(part) + 1) end
  end
  enter(base, id, conversation, stands[3], fed + 1, seq, stands[6])
  call('HSET', head, 'fed', seq, 'fed_as', (stands[7] or '') .. ' ' .. id)
  call('SADD', base .. 'of:' .. stands[3] .. '\0' .. stands[4], conversation)
  call(stands[5] == 'queue' and 'SADD' or 'SREM', base .. 'queued', conversation)
end

-- Takes over all that such servers appended since somebody looked. Gives the number of the last news.
local function catch_up(base)
  local count = tonumber(call('GET', base .. 'news:count') or '0')
  local upto = tonumber(call('GET', base .. 'feed:upto') or '0')
  if upto == count then return count end
  local news = call('XRANGE', base .. 'news', (upto + 1) .. '-0', '+')
  if news[1] and news[1][1] == (upto + 1) .. '-0' then
    for _, entry in ipairs(news) do take_over(base, entry[2][2], count) end
  else
    -- Older news is gone already: look at every conversation.
    for _, conversation in ipairs(call('HVALS', base .. 'open')) do take_over(base, conversation, count) end
    for _, conversation in ipairs(call('ZRANGE', base .. 'closed', 0, -1)) do take_over(base, conversation, count) end
  end
  call('SET', base .. 'feed:upto', count)
  return count
end
