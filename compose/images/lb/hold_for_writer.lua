-- Holds a new MySQL connection while there is not exactly one writer, at most HOLD_MS; then HAProxy
-- goes on, to the writer or, without one, to closing the connection.

local HOLD_MS = 10000
local LOOK_EVERY_MS = 2

core.register_action("hold_for_writer", { "tcp-req" }, function(txn)
    local looks = HOLD_MS / LOOK_EVERY_MS
    while txn.f:nbsrv("mysql_writer") ~= 1 and looks > 0 do
        core.msleep(LOOK_EVERY_MS)
        looks = looks - 1
    end
end, 0)
