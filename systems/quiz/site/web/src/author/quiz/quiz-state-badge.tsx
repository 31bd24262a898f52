import { Badge, type BadgeState } from '@terrace/ui'
import type { QuizState } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'

const LOOKS: Readonly<Record<QuizState, BadgeState>> = { draft: 'info', published: 'good', closed: 'neutral' }

/** The state of a quiz in a word. */
export const QuizStateBadge = ({ state }: { readonly state: QuizState }) => (
  <Badge state={LOOKS[state]}>{authorText.state(state)}</Badge>
)
