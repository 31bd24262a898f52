const RATE = /^rate\([1-9]\d{0,3} (minute|minutes|hour|hours|day|days)\)$/
const NUMBERS = /^(\*|\d{1,2}(-\d{1,2})?(\/\d{1,2})?(,\d{1,2}(-\d{1,2})?)*)$/
const WEEKDAYS = /^([*?]|(SUN|MON|TUE|WED|THU|FRI|SAT)([-,](SUN|MON|TUE|WED|THU|FRI|SAT))*)$/

/**
 * Refuses a schedule that the timer of the instance could not keep. `rate(…)` and `cron(…)` are written as EventBridge
 * writes them; of cron's forms those that systemd knows, too: numbers, lists, ranges, steps, and weekdays by name.
 *
 * @throws with what is allowed
 * @see EventBridge Scheduler User Guide "Schedule types", systemd.time(7)
 */
export function checkSchedule(schedule: string): void {
  if (RATE.test(schedule)) return
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = '', ...more] = fieldsOf(schedule)
  const good =
    [minute, hour, day.replace('?', '*'), month].every(field => NUMBERS.test(field)) &&
    WEEKDAYS.test(weekday) &&
    (day === '?') !== (weekday === '?') &&
    year === '*' &&
    more.length === 0
  if (good) return
  throw new Error(
    `"${schedule}" is no schedule; give "rate(6 hours)" or "cron(0 3 * * ? *)": minute, hour, day, month, weekday by name, *`,
  )
}

const fieldsOf = (schedule: string): readonly string[] => /^cron\(([^()]+)\)$/.exec(schedule)?.[1]?.split(' ') ?? []
