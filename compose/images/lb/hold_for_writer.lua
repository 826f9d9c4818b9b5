-- Holds a new MySQL connection while there is not exactly one writer, for at most HOLD_SECONDS, and at most
-- MOST_HELD of them at once; then HAProxy goes on, to the writer or, without one, to closing the connection.
--
-- "show holding" on the stats socket counts them; the agent exports that.

local HOLD_SECONDS = 10
local MOST_HELD = 1000
-- One alone looks every 2 ms, many less often, so that a thousand do not take a processor for themselves.
local function look_every_ms(held) return 2 + held // 25 end
-- HAProxy ends the wait of a client that has gone without a word to this script: a wait that did not look
-- for so long is over.
local GONE_AFTER_SECONDS = 0.5

local last_look = {}  -- of each wait, in seconds
local held = 0
local waits = 0
local counts = { released = 0, expired = 0, refused = 0, left = 0 }
local waited_seconds = 0

local function now()
    local time = core.now()
    return time.sec + time.usec / 1000000
end

local function over(wait, outcome)
    last_look[wait] = nil
    held = held - 1
    counts[outcome] = counts[outcome] + 1
end

local function forget_the_gone()
    local before = now() - GONE_AFTER_SECONDS
    for wait, looked in pairs(last_look) do
        if looked < before then over(wait, "left") end
    end
end

core.register_action("hold_for_writer", { "tcp-req" }, function(txn)
    if held >= MOST_HELD then forget_the_gone() end
    if held >= MOST_HELD then
        counts.refused = counts.refused + 1
        return
    end
    waits = waits + 1
    held = held + 1
    local wait = waits
    local began = now()
    local writes = false
    repeat
        last_look[wait] = now()
        core.msleep(look_every_ms(held))
        if last_look[wait] == nil then return end  -- this process stood still, and it was taken for gone
        -- A MySQL client has nothing to send before its server has greeted it.
        if not txn.req:may_recv() then
            over(wait, "left")
            return act.DENY
        end
        writes = txn.f:nbsrv("mysql_writer") == 1
    until writes or now() - began > HOLD_SECONDS
    waited_seconds = waited_seconds + now() - began
    over(wait, writes and "released" or "expired")
end, 0)

core.register_cli({ "show", "holding" }, "show holding : connections that wait for a writer", function(applet)
    forget_the_gone()
    local text = string.format("held: %d\nwaited_seconds: %.3f\n", held, waited_seconds)
    for _, outcome in ipairs({ "released", "expired", "refused", "left" }) do
        text = text .. string.format("%s: %d\n", outcome, counts[outcome])
    end
    applet:send(text)
end)
