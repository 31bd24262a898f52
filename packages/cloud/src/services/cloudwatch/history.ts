import { type Clock, days, type Instant } from '@terrace/kit'

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
export type AlarmType = 'MetricAlarm' | 'CompositeAlarm'

export interface HistoryItem {
  readonly alarm: string
  readonly alarmType: AlarmType
  readonly at: Instant
  readonly type: HistoryItemType
  /** For people. */
  readonly summary: string
  /** For programs: becomes JSON. */
  readonly data: unknown
}

/** How long history is kept. CloudWatch API Reference "DescribeAlarmHistory". */
const RETENTION = days(30)

/** Most items that are kept of all alarms together. */
const MOST_ITEMS = 10_000

/** What happened to alarms, oldest first; stays when an alarm is deleted. */
export class AlarmHistory {
  readonly #clock: Clock
  #items: HistoryItem[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  write(item: Omit<HistoryItem, 'at'>): void {
    this.#items.push({ ...item, at: this.#clock.now() })
    if (this.#items.length > MOST_ITEMS * 1.1) this.#items = this.#items.slice(-MOST_ITEMS)
  }

  get items(): readonly HistoryItem[] {
    const oldest = this.#clock.now() - RETENTION
    return this.#items.filter(({ at }) => at >= oldest)
  }
}
