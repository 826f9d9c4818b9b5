-- Holds a new MySQL connection while there is not exactly one writer, at most HOLD_SECONDS; then HAProxy
-- goes on, to the writer or, without one, to closing the connection.

local HOLD_SECONDS = 10
local LOOK_EVERY_MS = 2

core.register_action("hold_for_writer", { "tcp-req" }, function(txn)
    local give_up = core.now().sec + HOLD_SECONDS
    while txn.f:nbsrv("mysql_writer") ~= 1 and core.now().sec < give_up do
        core.msleep(LOOK_EVERY_MS)
    end
end, 0)
