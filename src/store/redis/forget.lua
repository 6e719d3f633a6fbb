-- Forgets conversations of one shard, those that are still closed and old, and the old tokens of shoppers of whom
-- nothing is left then. Follows feed.lua and unfeed.lua in one script.
-- KEYS: closed. ARGV: base of the shard's keys, the time, the least and the greatest epoch, then each conversation.
-- Answers how many were forgotten, and the hashes of the tokens that go with them.
local base, before, least, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local forgotten, tokens = 0, {}
catch_up(base)

for at = 5, #ARGV do
  local conversation = ARGV[at]
  local log, head, ids = base .. 'log:' .. conversation, base .. 'head:' .. conversation, base .. 'ids:' .. conversation
  local stands = call('HMGET', head, 'owner', 'at', 'shop', 'shopper', 'fed_as', 'epoch')
  local epoch = tonumber(stands[6] or least)
  local taken = epoch >= least and epoch <= most
  if stands[1] == 'closed' and tonumber(stands[2]) < before and taken then
    unfeed(base, log, stands[5])
    call('DEL', log, head, ids, base .. 'talk:' .. conversation, base .. 'review:' .. conversation)
    call('ZREM', base .. 'talks', conversation)
    call('HDEL', base .. 'reviewed', conversation)
    forgotten = forgotten + 1
    local shopper = stands[3] .. '\0' .. stands[4]
    call('SREM', base .. 'of:' .. shopper, conversation)
    if call('EXISTS', base .. 'of:' .. shopper) == 0 and call('HEXISTS', base .. 'open', shopper) == 0 then
      call('DEL', base .. 'card:' .. shopper)
      call('SREM', base .. 'cards', shopper)
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
  if taken then call('ZREM', KEYS[1], conversation) end
end
return { forgotten, tokens }
