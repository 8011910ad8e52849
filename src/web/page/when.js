const day_form = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock_form = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full_form = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
const short_day_form = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

const day_ms = 86_400_000;
const isSane = (ms) => Number.isFinite(ms) && Math.abs(ms) < 8.64e15;

export const clock = (ms) => (isSane(ms) ? clock_form.format(ms) : "bad time");
const exact_form = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const exactClock = (ms) => (isSane(ms) ? exact_form.format(ms) : "bad time");
export const fullTime = (ms) => (isSane(ms) ? full_form.format(ms) : "bad time");
export const isoTime = (ms) => (isSane(ms) ? new Date(ms).toISOString() : undefined);

export function dayOf(ms) {
  if (!isSane(ms)) return "bad time";
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export function dayName(ms, now = Date.now()) {
  if (!isSane(ms)) return "Bad time";
  if (dayOf(ms) === dayOf(now)) return "Today";
  if (dayOf(ms) === dayOf(now - day_ms)) return "Yesterday";
  return day_form.format(ms);
}

export function shortTime(ms, now = Date.now()) {
  if (!isSane(ms)) return "bad time";
  return dayOf(ms) === dayOf(now) ? clock(ms) : `${short_day_form.format(ms)} ${clock(ms)}`;
}

export function roughly(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
