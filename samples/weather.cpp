// Four years of weather in Seattle: a cell whose every function answers a question about seattle-weather.csv.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

enum class Weather { drizzle, fog, rain, snow, sun };

struct Day {
  std::string date;  // ISO 8601, so that dates sort as text
  double rain_mm;
  double temp_max;  // °C, as all temperatures here
  double temp_min;
  double wind;  // m/s
  Weather weather;
};

struct Spell {
  std::string first_date;
  std::string last_date;
  int days;
};

struct HeatWave {
  std::string first_date;
  int days;
  double peak;
};

struct Week {
  std::string first_date;
  double mean_temp_max;
};

struct MonthRain {
  std::string month;
  int rainy_days;
  double rain_mm;
};

struct YearSummary {
  int year;
  int days;
  int rainy_days;
  double rain_mm;
  double mean_temp_max;
  double hottest;
  double coldest;
};

struct WeatherSummary {
  Weather weather;
  int days;
  double mean_temp_max;
  double mean_wind;
};

// Helpers: hidden in a namespace, so that they are not nodes.
namespace {

constexpr std::string_view weather_names[] = {"drizzle", "fog", "rain", "snow", "sun"};

std::string_view name_of(Weather weather) { return weather_names[static_cast<std::size_t>(weather)]; }

/// The fields of one row, and where it stands for messages about it.
class Row {
 public:
  Row(std::string_view text, int line) : rest_(text), line_(line) {}

  std::string_view text() {
    if (ended_) wrong("too few fields");
    const std::size_t comma = rest_.find(',');
    const std::string_view field = rest_.substr(0, comma);
    ended_ = comma == std::string_view::npos;
    rest_.remove_prefix(ended_ ? rest_.size() : comma + 1);
    return field;
  }

  double number() {
    const std::string_view field = text();
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size())
      wrong("not a number: " + std::string(field));
    return value;
  }

  Weather weather() {
    const std::string_view field = text();
    const auto name = std::ranges::find(weather_names, field);
    if (name == std::end(weather_names)) wrong("not a kind of weather: " + std::string(field));
    return static_cast<Weather>(name - std::begin(weather_names));
  }

  bool at_end() const { return ended_; }

  [[noreturn]] void wrong(const std::string& what) const {
    throw std::runtime_error("line " + std::to_string(line_) + ": " + what);
  }

 private:
  std::string_view rest_;
  int line_;
  bool ended_ = false;
};

double total(const std::vector<Day>& days, double Day::* figure) {
  return std::accumulate(days.begin(), days.end(), 0.0,
                         [=](double sum, const Day& day) { return sum + day.*figure; });
}

/// Of at least one day.
double mean(const std::vector<Day>& days, double Day::* figure) {
  return total(days, figure) / static_cast<double>(days.size());
}

}  // namespace

/// The observations as they stand in the file, a row for each day.
std::vector<Day> raw_data(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Day> days;
  std::string line;
  std::getline(file, line);
  if (line != "date,precipitation,temp_max,temp_min,wind,weather")
    throw std::runtime_error(path + " has other columns: " + line);
  for (int number = 2; std::getline(file, line); ++number) {
    Row row(line, number);
    Day day{.date = std::string(row.text()),
            .rain_mm = row.number(),
            .temp_max = row.number(),
            .temp_min = row.number(),
            .wind = row.number(),
            .weather = row.weather()};
    if (!row.at_end()) row.wrong("too many fields");
    days.push_back(std::move(day));
  }
  return days;
}

/// The days in order, each once, without those whose figures cannot be right.
[[ham::cache]]
std::vector<Day> clean_data(const std::vector<Day>& raw_data) {
  constexpr double hottest_possible = 60;
  std::map<std::string, Day> by_date;
  for (const Day& day : raw_data) {
    const bool temperatures_fit = day.temp_min <= day.temp_max && day.temp_max < hottest_possible;
    if (temperatures_fit && day.rain_mm >= 0 && day.wind >= 0) by_date.emplace(day.date, day);
  }
  if (by_date.empty()) throw std::runtime_error("no day is left after cleaning");
  std::vector<Day> days;
  for (auto& [date, day] : by_date) days.push_back(std::move(day));
  return days;
}

/// Rain of each month, and on how many days it fell.
std::vector<MonthRain> monthly_rain(const std::vector<Day>& clean_data, double threshold_mm = 1.0) {
  std::vector<MonthRain> months;
  for (const Day& day : clean_data) {
    const std::string month = day.date.substr(0, 7);
    if (months.empty() || months.back().month != month) months.push_back({month, 0, 0.0});
    months.back().rain_mm += day.rain_mm;
    if (day.rain_mm >= threshold_mm) ++months.back().rainy_days;
  }
  return months;
}

/// The month with the most rain.
MonthRain wettest_month(const std::vector<MonthRain>& monthly_rain) {
  return *std::ranges::max_element(monthly_rain, {}, &MonthRain::rain_mm);
}

/// The most days in a row with less rain than the threshold; the first such spell if several are as long.
Spell longest_dry_spell(const std::vector<Day>& clean_data, double threshold_mm = 1.0) {
  Spell longest{"", "", 0};
  Spell current = longest;
  for (const Day& day : clean_data) {
    if (day.rain_mm >= threshold_mm) {
      current.days = 0;
      continue;
    }
    if (current.days++ == 0) current.first_date = day.date;
    current.last_date = day.date;
    if (current.days > longest.days) longest = current;
  }
  return longest;
}

/// Every time that it was hot for at least three days in a row.
std::vector<HeatWave> heat_waves(const std::vector<Day>& clean_data) {
  constexpr double hot = 30.0;
  constexpr int least_days = 3;
  std::vector<HeatWave> waves;
  HeatWave current{"", 0, 0.0};
  const auto close = [&] {
    if (current.days >= least_days) waves.push_back(current);
    current = {"", 0, 0.0};
  };
  for (const Day& day : clean_data) {
    if (day.temp_max < hot) {
      close();
      continue;
    }
    if (current.days++ == 0) current.first_date = day.date;
    current.peak = std::max(current.peak, day.temp_max);
  }
  close();
  return waves;
}

/// The seven days in a row with the highest mean of their maximum temperatures.
Week hottest_week(const std::vector<Day>& clean_data) {
  constexpr std::size_t length = 7;
  if (clean_data.size() < length) throw std::runtime_error("there are less than seven days");
  Week hottest{"", -1000.0};
  for (std::size_t first = 0; first + length <= clean_data.size(); ++first) {
    const auto begin = clean_data.begin() + static_cast<std::ptrdiff_t>(first);
    const double sum = std::accumulate(begin, begin + length, 0.0,
                                       [](double total, const Day& day) { return total + day.temp_max; });
    if (sum / length > hottest.mean_temp_max) hottest = {begin->date, sum / length};
  }
  return hottest;
}

/// Each year in one row.
std::vector<YearSummary> yearly_summary(const std::vector<Day>& clean_data, double threshold_mm = 1.0) {
  std::map<int, std::vector<Day>> years;
  for (const Day& day : clean_data) years[std::stoi(day.date.substr(0, 4))].push_back(day);
  std::vector<YearSummary> summary;
  for (const auto& [year, days] : years) {
    const auto is_rainy = [&](const Day& day) { return day.rain_mm >= threshold_mm; };
    summary.push_back({.year = year,
                       .days = static_cast<int>(days.size()),
                       .rainy_days = static_cast<int>(std::ranges::count_if(days, is_rainy)),
                       .rain_mm = total(days, &Day::rain_mm),
                       .mean_temp_max = mean(days, &Day::temp_max),
                       .hottest = std::ranges::max_element(days, {}, &Day::temp_max)->temp_max,
                       .coldest = std::ranges::min_element(days, {}, &Day::temp_min)->temp_min});
  }
  return summary;
}

/// How often each kind of weather came, and how warm and windy it was then.
std::vector<WeatherSummary> weather_kinds(const std::vector<Day>& clean_data) {
  std::map<Weather, std::vector<Day>> kinds;
  for (const Day& day : clean_data) kinds[day.weather].push_back(day);
  std::vector<WeatherSummary> summary;
  for (const auto& [weather, days] : kinds)
    summary.push_back({.weather = weather,
                       .days = static_cast<int>(days.size()),
                       .mean_temp_max = mean(days, &Day::temp_max),
                       .mean_wind = mean(days, &Day::wind)});
  return summary;
}

/// Pearson's correlation of rain and maximum temperature: below 0 if wet days are cold.
double rain_and_warmth(const std::vector<Day>& clean_data) {
  const double mean_rain = mean(clean_data, &Day::rain_mm);
  const double mean_temp = mean(clean_data, &Day::temp_max);
  double product = 0;
  double rain_square = 0;
  double temp_square = 0;
  for (const Day& day : clean_data) {
    const double rain = day.rain_mm - mean_rain;
    const double temp = day.temp_max - mean_temp;
    product += rain * temp;
    rain_square += rain * rain;
    temp_square += temp * temp;
  }
  return product / std::sqrt(rain_square * temp_square);
}

/// What there is to say about it all, as text.
std::string report(const std::vector<YearSummary>& yearly_summary,
                   const std::vector<WeatherSummary>& weather_kinds, const MonthRain& wettest_month,
                   const Spell& longest_dry_spell, const std::vector<HeatWave>& heat_waves,
                   const Week& hottest_week, double rain_and_warmth) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  text << "Year   rain mm   rainy days   mean max   hottest   coldest\n";
  for (const YearSummary& year : yearly_summary)
    text << std::setw(4) << year.year << std::setw(10) << year.rain_mm << std::setw(13) << year.rainy_days
         << std::setw(11) << year.mean_temp_max << std::setw(10) << year.hottest << std::setw(10)
         << year.coldest << '\n';
  const WeatherSummary& most_common = *std::ranges::max_element(weather_kinds, {}, &WeatherSummary::days);
  text << "\nMost common weather: " << name_of(most_common.weather) << ", on " << most_common.days
       << " days.\n";
  text << "Wettest month: " << wettest_month.month << " with " << wettest_month.rain_mm << " mm on "
       << wettest_month.rainy_days << " days.\n";
  text << "Longest dry spell: " << longest_dry_spell.days << " days, " << longest_dry_spell.first_date
       << " to " << longest_dry_spell.last_date << ".\n";
  text << "Heat waves: " << heat_waves.size() << ".\n";
  text << "Hottest week: from " << hottest_week.first_date << " on, " << hottest_week.mean_temp_max
       << " °C.\n";
  text << "Wet days are " << (rain_and_warmth < 0 ? "colder" : "warmer") << " (correlation "
       << std::setprecision(2) << rain_and_warmth << ").\n";
  return text.str();
}

/// The report and when it was made: the clock is no argument, so this node has to run every time.
[[ham::cache(behavior = "recompute")]]
std::string dated_report(const std::string& report) {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(today);
  const std::chrono::hh_mm_ss time(now - today);
  std::ostringstream text;
  text << report << "\nMade on " << std::setfill('0') << static_cast<int>(date.year()) << '-' << std::setw(2)
       << static_cast<unsigned>(date.month()) << '-' << std::setw(2) << static_cast<unsigned>(date.day())
       << " at " << std::setw(2) << time.hours().count() << ':' << std::setw(2) << time.minutes().count()
       << " UTC.\n";
  return text.str();
}
