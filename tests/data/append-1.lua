-- Appends to several conversations of one shard, each all or nothing, after the rules of store/rules.rs.
-- KEYS: open, tickets, assigned, owed, closed, idle, news, news count; then log, head, ids of each conversation.
-- ARGV: node, publishing command, bell channel, news kept, jobs; then of each job: conversation, expectation, epoch,
-- seq, operation, shop, shopper, events; then of each event: at, owner or '', agent, pending change, ticket change,
-- lane, deadline, who and client id or '', body.
-- Answers of each job: {'ok', seq before, epoch before}, {'duplicate', seq, epoch}, {'stale', epoch},
-- {'exists', conversation}, {'twice', who and client id} or {'none'}.
local call = redis.call
local place = 0
local function take()
  place = place + 1
  return ARGV[place]
end

local node, publish, bell, kept, jobs = take(), take(), take(), take(), tonumber(take())
local open, tickets, assigned, owed, closed, idle, news, count =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local rung = false

local function one(job)
  local log, head, ids = KEYS[6 + job * 3], KEYS[7 + job * 3], KEYS[8 + job * 3]
  local conversation, expect, epoch, seq, operation = take(), take(), take(), take(), take()
  local shop, shopper, events = take(), take(), tonumber(take())
  local first = place + 1
  place = place + events * 9

  local stands = call('HMGET', head, 'seq', 'epoch', 'pending', 'shop', 'shopper',
    'operation', 'before_seq', 'before_epoch', 'owner')
  if stands[6] == operation then
    -- The same append again, because its answer was lost on the way or replicas did not have it in time. A write of
    -- its own, so that waiting for replicas waits for the append too.
    call('HSET', head, 'asked', operation)
    return { 'ok', tonumber(stands[7]), tonumber(stands[8]) }
  end
  if expect == 'new' then
    if stands[1] then return { 'exists', conversation } end
    local other = call('HGET', open, shop .. '\0' .. shopper)
    if other then return { 'exists', other } end
    stands = { '0', '0', '0', shop, shopper, false, false, false, 'bot' }
  elseif not stands[1] then
    return { 'none' }
  end
  local said = events > 0 and ARGV[first + 7] or ''
  if said ~= '' then
    local stored = call('HGET', ids, said)
    if stored then
      -- A write of its own here as well.
      call('HSET', head, 'asked', operation)
      return { 'duplicate', tonumber(stored), tonumber(stands[2]) }
    end
  end
  if (expect == 'epoch' or expect == 'head') and stands[2] ~= epoch or expect == 'head' and stands[1] ~= seq then
    return { 'stale', tonumber(stands[2]) }
  end

  for event = 1, events - 1 do
    local client = ARGV[first + event * 9 + 7]
    if client ~= '' and call('HEXISTS', ids, client) == 1 then return { 'twice', client } end
  end

  local before_seq, before_epoch = tonumber(stands[1]), tonumber(stands[2])
  local now_seq, now_epoch, pending = before_seq, before_epoch, tonumber(stands[3])
  shop, shopper = stands[4], stands[5]
  local owner, agent, at, handed = stands[9], false, '0', '0'
  for event = 0, events - 1 do
    local from = first + event * 9
    at = ARGV[from]
    local new_owner, change, ticket, client = ARGV[from + 1], ARGV[from + 3], ARGV[from + 4], ARGV[from + 7]
    now_seq = now_seq + 1
    if new_owner ~= '' then
      now_epoch = now_epoch + 1
      owner, agent, handed = new_owner, ARGV[from + 2], '1'
    end
    if change == '0' then
      pending = 0
    elseif change ~= '' then
      pending = math.max(0, pending + tonumber(change))
    end
    call('XADD', log, now_seq .. '-0', 'e', now_epoch, 'a', at, 'b', ARGV[from + 8])
    if client ~= '' then call('HSET', ids, client, now_seq) end
    if ticket == 'open' then
      call('HSET', tickets, conversation, table.concat(
        { ARGV[from + 5], ARGV[from + 6], at, '0', '1', now_epoch, shop }, '|'))
    elseif ticket == 'assign' or ticket == 'release' then
      local lane, deadline, since, returned, of_shop =
        string.match(call('HGET', tickets, conversation) or '', '^(.-)|(.-)|(.-)|(.-)|.-|.-|(.*)$')
      if lane then
        local waiting = '0'
        if ticket == 'release' then returned, waiting = '1', '1' end
        call('HSET', tickets, conversation, table.concat(
          { lane, deadline, since, returned, waiting, now_epoch, of_shop }, '|'))
      end
    elseif ticket == 'drop' then
      call('HDEL', tickets, conversation)
    end
  end
  if now_seq == before_seq then
    return { 'ok', before_seq, before_epoch }
  end

  call('HSET', head, 'shop', shop, 'shopper', shopper, 'seq', now_seq, 'epoch', now_epoch, 'owner', owner,
    'at', at, 'pending', pending, 'operation', operation, 'before_seq', before_seq, 'before_epoch', before_epoch)
  if agent then call('HSET', head, 'agent', agent) end
  if handed == '1' then
    if owner == 'agent' then call('SADD', assigned, conversation) else call('SREM', assigned, conversation) end
    if owner == 'closed' then
      call('HDEL', open, shop .. '\0' .. shopper)
    else
      call('HSET', open, shop .. '\0' .. shopper, conversation)
    end
  end
  if owner == 'closed' then call('ZADD', closed, at, conversation) end
  call('ZREM', pending > 0 and idle or owed, conversation)
  if owner == 'bot' then
    call('ZADD', pending > 0 and owed or idle, at, conversation)
  elseif handed == '1' then
    call('ZREM', owed, conversation)
    call('ZREM', idle, conversation)
  end
  local number = call('INCR', count)
  call('XADD', news, 'MAXLEN', '~', kept, number .. '-0',
    'c', conversation, 's', now_seq, 'o', owner, 'n', node)
  rung = true
  return { 'ok', before_seq, before_epoch }
end

local answers = {}
for job = 1, jobs do
  answers[job] = one(job)
end
if rung then call(publish, bell, node) end
return answers
