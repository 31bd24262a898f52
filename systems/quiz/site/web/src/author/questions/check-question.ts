import type { Problem } from '@terrace/ui'
import { authorText } from '../../text/author-text.ts'
import { linesOf, type QuestionDraft } from './question-draft.ts'

/** As the API takes them, characters. */
const MAX = { text: 1000, explanation: 2000, option: 300, answer: 200 } as const
const MAX_ANSWERS = 20

/** Most options of a question. */
export const MAX_OPTIONS = 12

/** What is wrong, in words, by the path of its field: `text`, `options.2.text`. */
export type QuestionMessages = Readonly<Record<string, string>>

/** What the API would refuse. What only misses for publishing is no mistake: a draft may be incomplete. */
export function checkQuestion(draft: QuestionDraft): QuestionMessages {
  const messages: Record<string, string> = {}
  const check = (path: string, label: string, text: string, max: number) => {
    const length = [...text.trim()].length
    if (length > max) messages[path] ??= authorText.tooLong(label, max, length)
  }
  check('text', authorText.questionText, draft.text, MAX.text)
  check('explanation', authorText.explanation, draft.explanation, MAX.explanation)
  if (draft.kind === 'text') {
    const lines = linesOf(draft.answers)
    for (const line of lines) check('answers', authorText.answers, line, MAX.answer)
    if (lines.length > MAX_ANSWERS) messages.answers = authorText.tooManyAnswers(MAX_ANSWERS, lines.length)
    return messages
  }
  for (const [index, option] of draft.options.entries())
    check(`options.${index}.text`, authorText.option(index + 1), option.text, MAX.option)
  return messages
}

/** What the API says about fields, by their paths; however those are written. */
export const messagesOf = (problem: Problem | undefined): QuestionMessages =>
  Object.fromEntries(
    (problem?.errors ?? []).map(({ path, message }) => [
      path
        .split(/[./]/)
        .filter(part => part !== '' && part !== 'body')
        .join('.'),
      message,
    ]),
  )
