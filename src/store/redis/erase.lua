-- Deletes everything of a shopper that lies in the shopper's shard. Follows feed.lua and unfeed.lua in one script.
-- KEYS: open. ARGV: base of the shard's keys, shop and shopper as one text.
-- Answers the hashes of the shopper's tokens, which lie elsewhere.
local base, shopper = ARGV[1], ARGV[2]
catch_up(base)
local tokens = call('HKEYS', base .. 'tokens:' .. shopper)
local all = call('SMEMBERS', base .. 'of:' .. shopper)
local open = call('HGET', KEYS[1], shopper)
if open then all[#all + 1] = open end
for _, conversation in ipairs(all) do
  local log, head, ids = base .. 'log:' .. conversation, base .. 'head:' .. conversation, base .. 'ids:' .. conversation
  unfeed(base, log, call('HGET', head, 'fed_as') or '')
  call('DEL', log, head, ids, base .. 'talk:' .. conversation, base .. 'review:' .. conversation)
  call('ZREM', base .. 'talks', conversation)
  call('HDEL', base .. 'reviewed', conversation)
  for _, set in ipairs({ 'queued', 'assigned' }) do call('SREM', base .. set, conversation) end
  for _, set in ipairs({ 'owed', 'closed', 'idle' }) do call('ZREM', base .. set, conversation) end
  call('HDEL', base .. 'tickets', conversation)
end
call('HDEL', KEYS[1], shopper)
call('DEL', base .. 'of:' .. shopper, base .. 'tokens:' .. shopper, base .. 'card:' .. shopper)
call('SREM', base .. 'cards', shopper)
return tokens
