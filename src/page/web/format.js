// ---- Figures, written as hamcell writes them elsewhere.

/** "1.2", "12", "123". */
const inShort = (value) => value.toFixed(value < 9.995 ? 1 : 0);

/** "3.2 s", "12 ms", "840 µs". */
function secondsText(seconds) {
  if (seconds === undefined || seconds === null) return "";
  if (seconds < 0.9995e-3) return `${inShort(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${inShort(seconds * 1e3)} ms`;
  if (seconds < 119.5) return `${inShort(seconds)} s`;
  return seconds < 7200 ? `${inShort(seconds / 60)} min` : `${inShort(seconds / 3600)} h`;
}

/** "840 B", "1.2 kB": powers of 1000. */
function bytesText(bytes) {
  if (bytes === undefined || bytes === null) return "";
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < units.length) {
    value /= 1000;
    unit += 1;
  }
  return `${inShort(value)} ${units[unit]}`;
}

/**
 * A place on an axis whose ticks are `step` apart: "0", "0.2 ms", "−1.5 s". `largest`, the one farthest from 0, says
 * the unit.
 */
function tickText(value, step, largest) {
  const unit = timeUnit(largest);
  const digits = Math.max(0, -Math.floor(Math.log10((step / unit.seconds) * 1.0001)));
  const text = (Math.abs(value) / unit.seconds).toFixed(Math.min(digits, 6));
  if (Number(text) === 0) return "0";
  return `${value < 0 ? "−" : ""}${text} ${unit.name}`;
}

function timeUnit(seconds) {
  if (seconds < 0.9995e-3) return { name: "µs", seconds: 1e-6 };
  if (seconds < 0.9995) return { name: "ms", seconds: 1e-3 };
  return seconds < 119.5 ? { name: "s", seconds: 1 } : { name: "min", seconds: 60 };
}

function timeText(ms) {
  const date = new Date(ms);
  const two = (number) => String(number).padStart(2, "0");
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}

/** Only a run without a miss may say 100 %. */
function percentText(part, all) {
  if (all === 0) return "–";
  return `${part === all ? 100 : Math.min(99, Math.round((100 * part) / all))} %`;
}

const countText = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
