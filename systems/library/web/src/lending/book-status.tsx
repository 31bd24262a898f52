import { Badge } from '@terrace/ui'
import { text } from '../text.ts'

/** Availability at a glance, in words, shape and colour. `due` is null while the book is available. */
export function BookStatus({ due, today }: { readonly due: string | null; readonly today: string }) {
  if (due === null) return <Badge state="good">{text.available}</Badge>
  if (due < today) return <Badge state="bad">{text.overdue}</Badge>
  if (due === today) return <Badge state="warning">{text.dueToday}</Badge>
  return <Badge state="neutral">{text.lent}</Badge>
}
