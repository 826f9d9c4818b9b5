// What the HTTP library does not set on a listening socket, or sets otherwise than wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace understudy::adapters {

// Before binding. Accepted connections inherit the keep-alive: one whose peer vanished without a
// word ends within seconds, and gives its thread back.
void prepare_listener(int socket);

// After binding: the library's backlog of 5 drops connections when several peers come back at once.
void widen_backlog(int socket);

// The port of a listening TCP socket; nothing: it is no such socket.
std::optional<std::uint16_t> listening_port(int socket);

// Why binding failed, by errno.
std::string listen_error(int number);

}  // namespace understudy::adapters
