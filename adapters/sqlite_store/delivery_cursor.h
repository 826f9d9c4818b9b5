// How far each webhook has been served, durable in an SQLite file of its own, so that noting a
// delivery never holds a compare-and-swap of the record up. Thread-safe.
//
// A crash between a delivery and its note delivers again: at least once, never fewer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"

namespace understudy::adapters {

struct DeliveryPosition {
    std::uint64_t delivered = 0;  // the id of the newest event that was accepted, or given up
    std::uint64_t dropped = 0;    // events given up because too many waited
    bool operator==(const DeliveryPosition&) const = default;
};

class DeliveryCursor {
  public:
    static core::Result<std::unique_ptr<DeliveryCursor>> open(const std::string& file);
    ~DeliveryCursor();
    DeliveryCursor(const DeliveryCursor&) = delete;
    DeliveryCursor& operator=(const DeliveryCursor&) = delete;

    // Nothing for a webhook never seen before.
    core::Result<std::optional<DeliveryPosition>> position(const std::string& webhook);
    core::Result<void> advance(const std::string& webhook, DeliveryPosition to);

  private:
    struct Implementation;
    explicit DeliveryCursor(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace understudy::adapters
