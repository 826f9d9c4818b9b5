// Which format a scraper wants: HTTP's Accept header (RFC 9110, 12.5.1), as Prometheus sends it.
#pragma once

#include <string>
#include <string_view>

#include "exporters/metric_page.h"

namespace understudy::exporters {

// OpenMetrics where it is named and nothing is wanted more, else the text format: also for a
// header that makes no sense, or none.
MetricFormat accepted_format(std::string_view accept);

// Whether "gzip" is among the codings of an Accept-Encoding header (RFC 9110, 12.5.3), and not by
// "q=0".
bool accepts_gzip(std::string_view accept_encoding);

std::string content_type(MetricFormat format);

}  // namespace understudy::exporters
