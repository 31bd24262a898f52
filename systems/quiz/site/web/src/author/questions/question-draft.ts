import { decode } from '@terrace/ui'
import type { QuestionInput } from '../../api/site-api.ts'
import { type Plain, QUESTION_KINDS, type Question, type QuestionKind } from '../../api/types.ts'

/** An option while somebody works on it. `key` tells it apart in the page; `id` is empty until it is saved. */
export interface OptionDraft {
  readonly key: string
  readonly id: string
  readonly text: string
  readonly pictureId: string | null
  readonly correct: boolean
}

/** A question while somebody works on it. `answers` has one on each line. */
export interface QuestionDraft {
  readonly kind: QuestionKind
  readonly text: string
  readonly explanation: string
  readonly points: number
  readonly pictureId: string | null
  readonly options: readonly OptionDraft[]
  readonly answers: string
}

/** Where the draft of a question is kept. */
export const questionKey = (id: string): string => `quiz.question.${id}`

const { boolean, list, nullable, number, object, oneOf, text } = decode

export const questionDraftOf = object<Plain<QuestionDraft>>({
  kind: oneOf(...QUESTION_KINDS),
  text,
  explanation: text,
  points: number,
  pictureId: nullable(text),
  options: list(object<Plain<OptionDraft>>({ key: text, id: text, text, pictureId: nullable(text), correct: boolean })),
  answers: text,
})

/** An option to be filled in. @param key  unlike those of the others */
export const emptyOption = (key: string): OptionDraft => ({ key, id: '', text: '', pictureId: null, correct: false })

/** A key that none of these options has. */
export function freeKey(options: readonly OptionDraft[]): string {
  let count = options.length
  while (options.some(({ key }) => key === `new-${count}`)) count += 1
  return `new-${count}`
}

/** A question to be filled in. */
export const newDraft = (kind: QuestionKind): QuestionDraft => ({
  kind,
  text: '',
  explanation: '',
  points: 1,
  pictureId: null,
  options: [emptyOption('new-0'), emptyOption('new-1'), emptyOption('new-2')],
  answers: '',
})

/** A saved question to be changed. */
export const draftOf = (question: Question): QuestionDraft => ({
  kind: question.kind,
  text: question.text,
  explanation: question.explanation,
  points: question.points,
  pictureId: question.pictureId,
  options:
    question.options.length === 0
      ? newDraft(question.kind).options
      : question.options.map(({ id, text, pictureId, correct }) => ({ key: id, id, text, pictureId, correct })),
  answers: question.answers.join('\n'),
})

/** The same question as another kind. What one choice can't have, a second right option, loses its mark. */
export function withKind(draft: QuestionDraft, kind: QuestionKind): QuestionDraft {
  const isSingle = kind === 'one' || kind === 'picture'
  const first = draft.options.findIndex(({ correct }) => correct)
  const options = draft.options.map((option, index) =>
    isSingle && option.correct && index !== first ? { ...option, correct: false } : option,
  )
  const enough = kind === 'text' || options.length > 1 ? options : newDraft(kind).options
  return { ...draft, kind, options: enough }
}

/** The draft with an option marked as right, or not; of one choice the others lose the mark. */
export const withMark = (draft: QuestionDraft, key: string, correct: boolean): QuestionDraft => ({
  ...draft,
  options: draft.options.map(option => {
    if (option.key === key) return { ...option, correct }
    return draft.kind === 'several' ? option : { ...option, correct: false }
  }),
})

/** What is sent: options without words and picture, and empty lines, were never meant. */
export const inputOf = (draft: QuestionDraft): QuestionInput => ({
  kind: draft.kind,
  text: draft.text.trim(),
  explanation: draft.explanation.trim(),
  points: draft.points,
  pictureId: draft.pictureId,
  options:
    draft.kind === 'text'
      ? []
      : draft.options
          .filter(option => option.text.trim() !== '' || option.pictureId !== null)
          .map(({ id, text, pictureId, correct }) => ({
            ...(id === '' ? {} : { id }),
            text: text.trim(),
            pictureId,
            correct: draft.kind !== 'order' && correct,
          })),
  answers: draft.kind === 'text' ? linesOf(draft.answers) : [],
})

/** The accepted answers, one on each line. */
export const linesOf = (answers: string): readonly string[] =>
  answers
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
