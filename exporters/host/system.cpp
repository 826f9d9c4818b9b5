#include "exporters/host/system.h"

#include <string>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

tl::unexpected<core::Error> malformed_text(const char* file, std::string_view text) {
    return core::failure(core::ErrorCode::kInvalid, std::string("read ") + file,
                         "malformed: " + std::string(text.substr(0, 100)));
}

}  // namespace

core::Result<std::array<double, 3>> parse_loadavg(std::string_view text) {
    const auto fields = fields_of(take_line(text));
    std::array<double, 3> load{};
    for (std::size_t i = 0; i < load.size(); ++i) {
        const auto value =
            i < fields.size() ? number_from<double>(fields[i]) : std::optional<double>();
        if (!value) return malformed_text("/proc/loadavg", text);
        load[i] = *value;
    }
    return load;
}

void add_loadavg(MetricPage& page, const std::array<double, 3>& load) {
    page.gauge("node_load1", "Load average over 1 minute.", load[0]);
    page.gauge("node_load5", "Load average over 5 minutes.", load[1]);
    page.gauge("node_load15", "Load average over 15 minutes.", load[2]);
}

core::Result<Pressure> parse_pressure(std::string_view text) {
    constexpr std::string_view kTotal = "total=";
    const auto whole = text;
    std::optional<std::uint64_t> some;
    std::optional<std::uint64_t> full;
    while (!text.empty()) {
        const auto fields = fields_of(take_line(text));
        if (fields.empty()) continue;
        auto& total = fields[0] == "some" ? some : full;
        if (fields.back().starts_with(kTotal)) {
            total = number_from<std::uint64_t>(fields.back().substr(kTotal.size()));
        }
    }
    if (!some) return malformed_text("/proc/pressure", whole);
    return Pressure{*some, full};
}

void add_pressure(MetricPage& page, std::string_view resource, const Pressure& pressure) {
    constexpr double kMicrosecond = 1e-6;
    const auto prefix = "node_pressure_" + std::string(resource);
    page.counter(prefix + "_waiting_seconds_total", "Seconds in which some tasks waited.",
                 static_cast<double>(pressure.some_us) * kMicrosecond);
    if (pressure.full_us && resource != "cpu") {
        page.counter(prefix + "_stalled_seconds_total", "Seconds in which all tasks waited.",
                     static_cast<double>(*pressure.full_us) * kMicrosecond);
    }
}

core::Result<OpenFiles> parse_file_nr(std::string_view text) {
    const auto fields = fields_of(take_line(text));
    if (fields.size() == 3) {
        const auto allocated = number_from<std::uint64_t>(fields[0]);
        const auto maximum = number_from<std::uint64_t>(fields[2]);
        if (allocated && maximum) return OpenFiles{*allocated, *maximum};
    }
    return malformed_text("/proc/sys/fs/file-nr", text);
}

void add_file_nr(MetricPage& page, const OpenFiles& files) {
    page.gauge("node_filefd_allocated", "File descriptors allocated.",
               static_cast<double>(files.allocated));
    page.gauge("node_filefd_maximum", "Limit of file descriptors.",
               static_cast<double>(files.maximum));
}

core::Result<double> parse_single_number(std::string_view text) {
    const auto line = take_line(text);
    if (const auto number = number_from<double>(line)) return *number;
    return malformed_text("a number", line);
}

void add_clock_sources(MetricPage& page, std::string_view available, std::string_view current) {
    const auto info = [&](const char* name, const char* help, std::string_view source) {
        page.gauge(name, help, 1, {{"device", "0"}, {"clocksource", std::string(source)}});
    };
    for (const auto source : fields_of(take_line(available))) {
        info("node_time_clocksource_available_info", "A clock source that can be used; always 1.",
             source);
    }
    for (const auto source : fields_of(take_line(current))) {
        info("node_time_clocksource_current_info", "The clock source that is used; always 1.",
             source);
    }
}

void add_timex(MetricPage& page, int state, const timex& clock) {
    constexpr double kMicrosecond = 1e-6;
    constexpr double kNanosecond = 1e-9;
    constexpr double kFrequencyUnit = 65536 * 1e6;  // ppm with 16 binary places
    const double offset_unit = (clock.status & STA_NANO) != 0 ? kNanosecond : kMicrosecond;
    const auto gauge = [&](const char* name, const char* help, double value) {
        page.gauge(name, help, value);
    };
    gauge("node_timex_sync_status", "Whether the clock is synchronised (1) or not (0).",
          state == TIME_ERROR ? 0 : 1);
    gauge("node_timex_status", "Status bits of the clock.", clock.status);
    gauge("node_timex_offset_seconds", "Offset from the reference clock.",
          static_cast<double>(clock.offset) * offset_unit);
    gauge("node_timex_frequency_adjustment_ratio", "Adjustment of the clock's frequency.",
          1 + static_cast<double>(clock.freq) / kFrequencyUnit);
    gauge("node_timex_maxerror_seconds", "Largest possible error.",
          static_cast<double>(clock.maxerror) * kMicrosecond);
    gauge("node_timex_estimated_error_seconds", "Estimated error.",
          static_cast<double>(clock.esterror) * kMicrosecond);
    gauge("node_timex_loop_time_constant", "Time constant of the phase-locked loop.",
          static_cast<double>(clock.constant));
    gauge("node_timex_tick_seconds", "Seconds between clock ticks.",
          static_cast<double>(clock.tick) * kMicrosecond);
    gauge("node_timex_pps_frequency_hertz", "Frequency of the pulse per second.",
          static_cast<double>(clock.ppsfreq) / kFrequencyUnit);
    gauge("node_timex_pps_jitter_seconds", "Jitter of the pulse per second.",
          static_cast<double>(clock.jitter) * offset_unit);
    gauge("node_timex_pps_shift_seconds", "Interval of the pulse per second.",
          static_cast<double>(clock.shift));
    gauge("node_timex_pps_stability_hertz", "Stability of the pulse per second.",
          static_cast<double>(clock.stabil) / kFrequencyUnit);
    const auto counter = [&](const char* name, const char* help, long count) {
        page.counter(name, help, static_cast<double>(count));
    };
    counter("node_timex_pps_jitter_total", "Times that the jitter was too large.", clock.jitcnt);
    counter("node_timex_pps_calibration_total", "Calibrations by the pulse.", clock.calcnt);
    counter("node_timex_pps_error_total", "Calibrations that failed.", clock.errcnt);
    counter("node_timex_pps_stability_exceeded_total", "Times that it was not stable.",
            clock.stbcnt);
    gauge("node_timex_tai_offset_seconds", "Offset of international atomic time.", clock.tai);
}

void add_uname(MetricPage& page, const utsname& names) {
    page.gauge("node_uname_info", "The system's names; always 1.", 1,
               {{"domainname", names.domainname},
                {"machine", names.machine},
                {"nodename", names.nodename},
                {"release", names.release},
                {"sysname", names.sysname},
                {"version", names.version}});
}

}  // namespace understudy::exporters
