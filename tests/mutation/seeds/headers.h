#pragma once
#define STEP 2
struct Point {
  double x = 0, y = 0;
};
inline Point moved(Point p) { return {p.x + STEP, p.y}; }
template <class T>
T twice(const T& v) {
  return {v.x * 2, v.y * 2};
}
