import { classNames } from '@terrace/ui'
import { playText } from '../text/play-text.ts'
import styles from './answers.module.css'
import type { AnswerProps } from './question-step.tsx'
import { useKeys } from './use-keys.ts'

/** One or several of the options, by a tap, a click, the arrow keys, or its number. */
export function ChoiceAnswer({ question, answer, onAnswer, labelledBy }: AnswerProps) {
  const isSeveral = question.kind === 'several'
  const chosen = answer?.optionIds ?? []
  const choose = (id: string) => {
    if (!isSeveral) return onAnswer({ optionIds: [id] })
    const isChosen = chosen.includes(id)
    onAnswer({ optionIds: isChosen ? chosen.filter(other => other !== id) : [...chosen, id] })
  }
  useKeys(key => {
    const option = question.options[Number(key) - 1]
    if (key === 'Enter' || !option) return
    choose(option.id)
    document.getElementById(`option-${option.id}`)?.focus()
  })
  return (
    <fieldset
      aria-labelledby={labelledBy}
      className={classNames(styles.options, question.options.some(one => one.pictureUrl !== null) && styles.pictures)}
    >
      {question.options.map((option, index) => (
        <label key={option.id} className={styles.option}>
          {option.pictureUrl !== null && (
            <img
              src={option.pictureUrl}
              alt={option.text === '' ? playText.pictureNumber(index + 1) : ''}
              className={styles.optionPicture}
            />
          )}
          <span className={styles.line}>
            <input
              id={`option-${option.id}`}
              type={isSeveral ? 'checkbox' : 'radio'}
              name={question.id}
              checked={chosen.includes(option.id)}
              onChange={() => choose(option.id)}
              className={styles.mark}
            />
            {index < 9 && (
              <span className={styles.key} aria-hidden="true">
                {index + 1}
              </span>
            )}
            <span className={styles.words}>{option.text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
