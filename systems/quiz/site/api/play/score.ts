import type { StoredQuestion } from '../data/questions.ts'
import { normalized } from './normalize.ts'

/** What a player gave. */
export interface Given {
  readonly optionIds: readonly string[]
  readonly text: string | null
}

/** Points are kept in hundredths, whole numbers: sums come out the same in any order. */
const HUNDREDTHS = 100

/** What of a question decides. */
export type Scored = Pick<StoredQuestion, 'kind' | 'points' | 'options' | 'answers'>

/**
 * The points of an answer, in hundredths, rounded down.
 *
 * - one, picture: all or nothing.
 * - several: (right ones chosen − wrong ones chosen) ÷ right ones, never below 0: choosing everything gains nothing.
 * - order: the share of options that are in their place.
 * - text: all when it is one of the accepted ones, see `normalized`.
 */
export function score(question: Scored, given: Given | undefined): number {
  if (!given) return 0
  return Math.floor(share(question, given) * question.points * HUNDREDTHS + 1e-9)
}

/** The most that a question gives, in hundredths. */
export const mostPoints = (question: Pick<Scored, 'points'>): number => question.points * HUNDREDTHS

/** As clients see it. */
export const fromHundredths = (hundredths: number): number => hundredths / HUNDREDTHS

function share({ kind, options, answers }: Scored, { optionIds, text }: Given): number {
  const right = options.filter(({ correct }) => correct).map(({ id }) => id)
  switch (kind) {
    case 'one':
    case 'picture':
      return optionIds.length === 1 && right.includes(optionIds[0] ?? '') ? 1 : 0
    case 'several': {
      const hits = optionIds.filter(id => right.includes(id)).length
      return right.length === 0 ? 0 : Math.max(0, hits - (optionIds.length - hits)) / right.length
    }
    case 'order': {
      const inPlace = options.filter(({ id }, index) => optionIds[index] === id).length
      return options.length === 0 ? 0 : inPlace / options.length
    }
    case 'text': {
      const typed = normalized(text ?? '')
      return typed !== '' && answers.some(answer => normalized(answer) === typed) ? 1 : 0
    }
  }
}

/** What would have been right. */
export function rightAnswer({ kind, options, answers }: Scored): {
  readonly optionIds: string[]
  readonly texts: string[]
} {
  if (kind === 'text') return { optionIds: [], texts: [...answers] }
  const right = kind === 'order' ? options : options.filter(({ correct }) => correct)
  return { optionIds: right.map(({ id }) => id), texts: [] }
}
