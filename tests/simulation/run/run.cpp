#include "tests/simulation/run/run.h"

#include <algorithm>
#include <array>
#include <utility>

namespace understudy::simulation {

namespace {

constexpr Micros kWarmUp = 15s;
constexpr Micros kEnrolledAt = 40s;
constexpr Micros kHealBy = 90s;  // before the end
constexpr Micros kCalm = 25s;    // the last part, in which nothing may change any more

constexpr std::array<std::pair<Profile, std::string_view>, 4> kProfiles{
    {{Profile::kPair, "pair"},
     {Profile::kSeveral, "several"},
     {Profile::kLeased, "leased"},
     {Profile::kMixed, "mixed"}}};

void draw_several(SiteOptions& options, Random& random) {
    const int databases[] = {3, 3, 3, 4, 4, 5, 6};
    options.databases = databases[random.below(std::size(databases))];
    const auto replicas = static_cast<std::uint64_t>(options.databases - 1);
    if (random.chance(0.4))
        options.policy.acknowledgements = 1 + static_cast<int>(random.below(replicas));
    options.last_is_enrolled_late = random.chance(0.3);
}

// In the middle of some runs the control plane alone is taken away from a settled site.
void try_static_stability(Site& site, Random& random, Micros at) {
    auto& queue = site.engine().queue;
    queue.at(at, [&site] { site.heal(); });
    const Micros away = at + 60s;
    const Micros back = away + random.between(20s, 40s);
    queue.at(away, [&site, &queue, back] {
        if (!site.settled()) return;
        site.judge().control_plane_away(true);
        site.kill_controller();
        queue.at(back, [&site] {
            site.judge().control_plane_away(false);
            site.start_controller();
        });
    });
}

using Fired = std::map<std::string_view, std::uint64_t>;

Seams counting(const Seams& seams, Fired& fired) {
    Seams counted = seams;
    counted.decide = [&fired, decide = seams.decide](const core::Inputs& inputs) {
        auto decision = decide(inputs);
        if (!decision.rule.empty()) ++fired[decision.rule];
        return decision;
    };
    counted.next_step = [&fired, next_step = seams.next_step](const core::ReconcileInputs& inputs) {
        auto step = next_step(inputs);
        if (!step.rule.empty()) ++fired[step.rule];
        return step;
    };
    return counted;
}

// Most mixed sites are lossless.
std::optional<core::AsyncDurability> draw_durability(std::uint64_t seed, Profile profile) {
    Random random(seed ^ 0xA57C);
    const bool leased =
        profile == Profile::kLeased || (profile == Profile::kMixed && random.chance(0.25));
    if (!leased) return std::nullopt;
    core::AsyncDurability async;
    const std::uint64_t losses[] = {3, 30, 1000};
    async.max_loss = losses[random.below(3)];
    const core::Millis lags[] = {core::Millis{8000}, core::Millis{15000}};
    async.max_lag = lags[random.below(2)];
    async.lease = core::Millis{random.chance(0.5) ? 3000 : 1500};
    return async;
}

}  // namespace

std::optional<Profile> profile_from_string(std::string_view name) {
    for (const auto& [profile, text] : kProfiles) {
        if (text == name) return profile;
    }
    return std::nullopt;
}

std::string_view to_string(Profile profile) {
    return kProfiles[static_cast<std::size_t>(profile)].second;
}

SiteOptions draw_site(std::uint64_t seed, Profile profile) {
    Random random(seed ^ 0x51DE);
    SiteOptions options;
    const core::Millis host_timeouts[] = {core::Millis{1000}, core::Millis{1000},
                                          core::Millis{2000}, core::Millis{3000}};
    options.policy.host_timeout = host_timeouts[random.below(4)];
    options.policy.failovers_per_window = random.chance(0.3) ? 3 : 100;
    options.policy.ack_stall_timeout = core::Millis{random.chance(0.5) ? 500 : 1500};
    const core::Millis canaries[] = {core::Millis{200}, core::Millis{500}, core::Millis{1000}};
    options.canary_interval = canaries[random.below(3)];
    options.clients = 2 + static_cast<int>(random.below(3));
    options.think = random.between(300ms, 1500ms);
    options.policy.automatic_failover = !random.chance(0.05);
    options.operators_accept_loss = random.chance(0.1);
    const bool pair =
        profile == Profile::kMixed ? random.chance(0.8) : profile != Profile::kSeveral;
    if (!pair) draw_several(options, random);
    options.policy.async = draw_durability(seed, profile);
    options.policy.automatic_rebuild = Random(seed ^ 0x4EB1D).chance(0.25);
    options.policy.automatic_rejoin = !Random(seed ^ 0x4E701).chance(0.15);
    return options;
}

Outcome run_seed(std::uint64_t seed, const RunOptions& options) {
    Fired fired;
    auto drawn = draw_site(seed, options.profile);
    // Where that is the fault to look at, operators do.
    if (options.often.starts_with("loss accepted")) drawn.operators_accept_loss = true;
    Site site(seed, drawn, options.trace, counting(options.seams, fired));
    Random random(seed ^ 0x57A71C);
    Schedule schedule(site, seed, options.only, options.often);
    const Micros heal_at = std::max(options.length - kHealBy, kWarmUp);
    if (random.chance(0.15) && heal_at > 300s) {
        const Micros at = 150s;
        schedule.strike_between(kWarmUp, at);
        try_static_stability(site, random, at);
        site.engine().queue.at(at + 110s, [&, at] { schedule.strike_between(at + 110s, heal_at); });
    } else {
        schedule.strike_between(kWarmUp, heal_at);
    }
    if (site.options().last_is_enrolled_late) {
        site.engine().queue.at(kEnrolledAt, [&site] { site.enrol_last(); });
    }
    // Twice: what ended late in between is mended too.
    site.engine().queue.at(heal_at, [&site] { site.heal(); });
    site.engine().queue.at(heal_at + 5s, [&site] {
        site.heal();
        site.begin_undoing();
    });
    const Micros calm_at = std::max(options.length - kCalm, heal_at);
    site.engine().queue.at(calm_at, [&site] { site.judge().expect_no_changes(true); });
    site.run_until(options.length);
    site.judge().finish(site.record(), site.routed_writer(), site.clients().last_acknowledged());
    site.describe();
    const auto& lines = site.engine().trace.lines();
    return {seed,
            site.judge().violation(),
            site.engine().trace.hash(),
            site.engine().queue.events(),
            site.clients().acknowledged(),
            site.judge().counts(),
            fired,
            {lines.begin(), lines.end()},
            schedule.strikes()};
}

}  // namespace understudy::simulation
