import { TextField } from '@terrace/ui'
import { playText } from '../text/play-text.ts'
import type { AnswerProps } from './question-step.tsx'

/** Longest answer that the API takes, characters. */
const MAX_CHARACTERS = 500

/** While somebody types nothing is sent for so long, milliseconds. */
const QUIET_MS = 500

/** A few words. What is longer than an answer may be is not taken in, and said. */
export function TextAnswer({ question, answer, onAnswer }: AnswerProps) {
  const value = answer?.text ?? ''
  return (
    <TextField
      label={playText.writeAnswer}
      name={`answer-${question.id}`}
      value={value}
      onChange={text => onAnswer({ text: [...text].slice(0, MAX_CHARACTERS).join('') }, QUIET_MS)}
      {...([...value].length === MAX_CHARACTERS ? { hint: playText.answerTooLong(MAX_CHARACTERS) } : {})}
    />
  )
}
