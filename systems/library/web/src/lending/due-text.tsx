import { DateText, daysUntil, formatDays } from '@terrace/ui'
import { TEXT_LOCALE, text } from '../text.ts'
import styles from './lending.module.css'

/** "in 3 days", "today", "2 days overdue". */
export function dueInWords(due: string, today: string): string {
  const days = daysUntil(due, new Date(`${today}T00:00:00Z`))
  return days < 0 ? text.daysOverdue(-days) : formatDays(days, TEXT_LOCALE)
}

/** When a book is due: the date and, under it, how far away that is. */
export const DueText = ({ due, today }: { readonly due: string; readonly today: string }) => (
  <span className={styles.due}>
    <DateText date={due} />
    <span className={due < today ? styles.late : styles.muted}>{dueInWords(due, today)}</span>
  </span>
)
