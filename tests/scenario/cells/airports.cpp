// Where the airports of the United States are: fifteen nodes over airports.csv, some of them in SQL.
// hamcell:pkg sqlite3
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "csv.h"

struct Airport {
  std::string iata, name, city, state, country;
  double latitude, longitude;  // degrees
};

struct Count {
  std::string what;
  int airports;
};

struct Summary {
  int airports;
  std::vector<Count> largest_states;
  std::optional<Airport> northernmost;
  double span_km;
};

/// All rows of the file.
std::vector<Airport> raw_airports(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  csv::next_row(file);
  std::vector<Airport> all;
  for (auto row = csv::next_row(file); row.size() == 7; row = csv::next_row(file))
    all.push_back({row[0], row[1], row[2], row[3], row[4], std::stod(row[5]), std::stod(row[6])});
  return all;
}

/// Those of one country.
[[ham::cache]]
std::vector<Airport> airports(const std::vector<Airport>& raw_airports, const std::string& country = "USA") {
  std::vector<Airport> found;
  for (const Airport& airport : raw_airports)
    if (airport.country == country) found.push_back(airport);
  return found;
}

/// How many that are.
int airport_count(const std::vector<Airport>& airports) { return static_cast<int>(airports.size()); }

/// Codes of the airports in other countries.
std::vector<std::string> elsewhere(const std::vector<Airport>& raw_airports,
                                   const std::string& country = "USA") {
  std::vector<std::string> codes;
  for (const Airport& airport : raw_airports)
    if (airport.country != country) codes.push_back(airport.iata);
  return codes;
}

/// How many airports each state has.
std::map<std::string, int> per_state(const std::vector<Airport>& airports) {
  std::map<std::string, int> counts;
  for (const Airport& airport : airports) ++counts[airport.state];
  return counts;
}

/// The states with the most airports.
std::vector<Count> largest_states(const std::map<std::string, int>& per_state, int top = 5) {
  std::vector<Count> counts;
  for (const auto& [state, count] : per_state) counts.push_back({state, count});
  std::ranges::sort(counts, [](const Count& a, const Count& b) {
    return std::pair(-a.airports, a.what) < std::pair(-b.airports, b.what);
  });
  counts.resize(std::min(counts.size(), static_cast<std::size_t>(top)));
  return counts;
}

/// The airport closest to the pole.
std::optional<Airport> northernmost(const std::vector<Airport>& airports) {
  const auto found = std::ranges::max_element(airports, {}, &Airport::latitude);
  return found == airports.end() ? std::nullopt : std::optional(*found);
}

/// The airport closest to the equator.
std::optional<Airport> southernmost(const std::vector<Airport>& airports) {
  const auto found = std::ranges::min_element(airports, {}, &Airport::latitude);
  return found == airports.end() ? std::nullopt : std::optional(*found);
}

/// Mean latitude and longitude.
std::pair<double, double> mean_position(const std::vector<Airport>& airports) {
  double latitude = 0, longitude = 0;
  for (const Airport& airport : airports) {
    latitude += airport.latitude;
    longitude += airport.longitude;
  }
  const auto count = static_cast<double>(airports.size());
  return {latitude / count, longitude / count};
}

/// Airports in each belt of ten degrees of latitude, by its southern edge.
std::map<int, int> belts(const std::vector<Airport>& airports) {
  std::map<int, int> counts;
  for (const Airport& airport : airports) ++counts[static_cast<int>(std::floor(airport.latitude / 10)) * 10];
  return counts;
}

/// Share of the airports that are called municipal, from 0 to 1.
double municipal_share(const std::vector<Airport>& airports, int airport_count) {
  const auto count = std::ranges::count_if(
      airports, [](const Airport& airport) { return airport.name.find("Municipal") != std::string::npos; });
  return static_cast<double>(count) / airport_count;
}

/// Names that hold a comma or a quote, which a careless reader gets wrong.
std::vector<std::string> awkward_names(const std::vector<Airport>& airports) {
  std::vector<std::string> names;
  for (const Airport& airport : airports)
    if (airport.name.find_first_of(",\"") != std::string::npos) names.push_back(airport.name);
  return names;
}

/// Cities, with their state, that have more than two airports: by SQL.
std::vector<Count> crowded_cities(const std::vector<Airport>& airports) {
  sqlite3* database = nullptr;
  sqlite3_open(":memory:", &database);
  sqlite3_exec(database, "CREATE TABLE airport(place TEXT)", nullptr, nullptr, nullptr);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO airport VALUES(?)", -1, &statement, nullptr);
  for (const Airport& airport : airports) {
    const std::string place = airport.city + ", " + airport.state;
    sqlite3_bind_text(statement, 1, place.c_str(), -1, SQLITE_TRANSIENT);
    sqlite3_step(statement);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  sqlite3_prepare_v2(
      database, "SELECT place, count(*) FROM airport GROUP BY place HAVING count(*) > 2 ORDER BY 2 DESC, 1",
      -1, &statement, nullptr);
  std::vector<Count> counts;
  while (sqlite3_step(statement) == SQLITE_ROW)
    counts.push_back(
        {reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)), sqlite3_column_int(statement, 1)});
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return counts;
}

/// Great-circle distance between the northernmost and the southernmost airport, by the haversine formula.
double span_km(const std::optional<Airport>& northernmost, const std::optional<Airport>& southernmost) {
  constexpr double earth_radius_km = 6371;
  constexpr double degree = std::numbers::pi / 180;
  const double a = northernmost.value().latitude * degree, b = southernmost.value().latitude * degree;
  const double turn = (northernmost->longitude - southernmost->longitude) * degree;
  const double h =
      std::pow(std::sin((a - b) / 2), 2) + std::cos(a) * std::cos(b) * std::pow(std::sin(turn / 2), 2);
  return 2 * earth_radius_km * std::asin(std::sqrt(h));
}

/// The answers that belong together.
Summary summary(int airport_count, const std::vector<Count>& largest_states,
                const std::optional<Airport>& northernmost, double span_km) {
  return {airport_count, largest_states, northernmost, span_km};
}
