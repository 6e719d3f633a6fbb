-- Appends to several conversations of one shard, each all or nothing, after the rules of store/rules.rs.
-- Follows feed.lua in one script.
-- KEYS: open, queued, assigned, owed, closed, idle, news, news count; then log, head, ids of each conversation.
-- ARGV: base of the shard's keys, node, publishing command, bell channel, news kept, jobs; then of each job:
-- conversation, expectation, epoch, seq, operation, shop, shopper, events; then of each event: at, owner or '', agent,
-- pending change, who and client id or '', body.
-- Answers of each job: {'ok', seq before, epoch before}, {'duplicate', seq, epoch}, {'stale', epoch},
-- {'exists', conversation}, {'twice', who and client id} or {'none'}.
local place = 0
local function take()
  place = place + 1
  return ARGV[place]
end

local base, node, publish, bell, kept, jobs = take(), take(), take(), take(), take(), tonumber(take())
local open, queued, assigned, owed, closed, idle, news, count =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local last = catch_up(base)
local before = last

local function one(job)
  local log, head, ids = KEYS[6 + job * 3], KEYS[7 + job * 3], KEYS[8 + job * 3]
  local conversation, expect, epoch, seq, operation = take(), take(), take(), take(), take()
  local shop, shopper, events = take(), take(), tonumber(take())
  local first = place + 1
  place = place + events * 6

  local stands = call('HMGET', head, 'seq', 'epoch', 'pending', 'shop', 'shopper',
    'operation', 'before_seq', 'before_epoch', 'owner', 'at')
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
  local said = events > 0 and ARGV[first + 4] or ''
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

  -- A talk that goes on after its end must not become the second that is open.
  if stands[9] == 'closed' then
    local becomes = 'closed'
    for event = 0, events - 1 do
      local new_owner = ARGV[first + event * 6 + 1]
      if new_owner ~= '' then becomes = new_owner end
    end
    local other = becomes ~= 'closed' and call('HGET', open, stands[4] .. '\0' .. stands[5])
    if other and other ~= conversation then return { 'exists', other } end
  end

  for event = 1, events - 1 do
    local client = ARGV[first + event * 6 + 4]
    if client ~= '' and call('HEXISTS', ids, client) == 1 then return { 'twice', client } end
  end

  local before_seq, before_epoch = tonumber(stands[1]), tonumber(stands[2])
  local now_seq, now_epoch, pending = before_seq, before_epoch, tonumber(stands[3])
  shop, shopper = stands[4], stands[5]
  if events == 0 then
    return { 'ok', before_seq, before_epoch }
  end
  local number = call('INCR', count)
  local owner, agent, at, handed = stands[9], false, '0', '0'
  for event = 0, events - 1 do
    local from = first + event * 6
    at = ARGV[from]
    local new_owner, change, client = ARGV[from + 1], ARGV[from + 3], ARGV[from + 4]
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
    call('XADD', log, now_seq .. '-0', 'e', now_epoch, 'a', at, 'b', ARGV[from + 5], 'n', number)
    if client ~= '' then call('HSET', ids, client, now_seq) end
  end

  -- What is said of an ended talk leaves its end where it is.
  local moved = (stands[9] == 'closed' and handed == '0') and stands[10] or at
  call('HSET', head, 'shop', shop, 'shopper', shopper, 'seq', now_seq, 'epoch', now_epoch, 'owner', owner,
    'at', moved, 'pending', pending, 'operation', operation, 'before_seq', before_seq, 'before_epoch', before_epoch,
    'fed', now_seq)
  if agent then call('HSET', head, 'agent', agent) end
  if handed == '1' then
    call(owner == 'queue' and 'SADD' or 'SREM', queued, conversation)
    if owner == 'agent' then call('SADD', assigned, conversation) else call('SREM', assigned, conversation) end
    if owner == 'closed' then
      call('HDEL', open, shop .. '\0' .. shopper)
    else
      call('HSET', open, shop .. '\0' .. shopper, conversation)
    end
  end
  if owner == 'closed' then
    call('ZADD', closed, moved, conversation)
  elseif stands[9] == 'closed' then
    call('ZREM', closed, conversation)
  end
  call('ZREM', pending > 0 and idle or owed, conversation)
  if owner == 'bot' then
    call('ZADD', pending > 0 and owed or idle, at, conversation)
  elseif handed == '1' then
    call('ZREM', owed, conversation)
    call('ZREM', idle, conversation)
  end
  if expect == 'new' then call('SADD', base .. 'of:' .. shop .. '\0' .. shopper, conversation) end
  enter(base, number .. '-0', conversation, shop, before_seq + 1, now_seq, at)
  call('XADD', news, 'MAXLEN', '~', kept, number .. '-0',
    'c', conversation, 's', now_seq, 'o', owner, 'n', node)
  last = number
  return { 'ok', before_seq, before_epoch }
end

local answers = {}
for job = 1, jobs do
  answers[job] = one(job)
end
if last ~= before then
  call('SET', base .. 'feed:upto', last)
  call(publish, bell, node)
end
return answers
