import { Badge } from '@terrace/ui'
import type { ReactNode } from 'react'
import type { Outcome, PlayQuestion } from '../api/types.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import styles from './play.module.css'

export interface OutcomeViewProps {
  readonly question: PlayQuestion
  readonly outcome: Outcome
}

/** How one question came out: what was answered, what is right, and why. */
export const OutcomeView = ({ question, outcome }: OutcomeViewProps) => (
  <li className={styles.outcome}>
    <div className={styles.outcomeHead}>
      <h3 className={styles.outcomeText}>{question.text}</h3>
      <OutcomeBadge outcome={outcome} />
      <span className={styles.note}>{text.scoreOf(outcome.points, outcome.maxPoints)}</span>
    </div>
    <dl className={styles.said}>
      <dt>{playText.yourAnswer}</dt>
      <dd>
        {outcome.given?.text ? (
          outcome.given.text
        ) : (
          <Options question={question} ids={outcome.given?.optionIds ?? []} />
        )}
      </dd>
      {!outcome.correct && (
        <>
          <dt>{rightLabel(question)}</dt>
          <dd>
            {question.kind === 'text' ? (
              outcome.right.texts.join(', ')
            ) : (
              <Options question={question} ids={outcome.right.optionIds} />
            )}
          </dd>
        </>
      )}
      {outcome.explanation !== '' && (
        <>
          <dt>{playText.explanation}</dt>
          <dd className={styles.paragraphs}>{outcome.explanation}</dd>
        </>
      )}
    </dl>
  </li>
)

const rightLabel = ({ kind }: PlayQuestion): string => {
  if (kind === 'order') return playText.rightOrder
  return kind === 'text' ? playText.acceptedAnswers : playText.rightAnswer
}

function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  if (outcome.correct) return <Badge state="good">{playText.right}</Badge>
  return outcome.points > 0 ? (
    <Badge state="warning">{playText.partlyRight}</Badge>
  ) : (
    <Badge state="bad">{playText.wrong}</Badge>
  )
}

interface OptionsProps {
  readonly question: PlayQuestion
  readonly ids: readonly string[]
}

function Options({ question, ids }: OptionsProps): ReactNode {
  if (ids.length === 0) return playText.noAnswer
  const List = question.kind === 'order' ? 'ol' : 'ul'
  return (
    <List className={styles.named}>
      {ids.map(id => {
        const index = question.options.findIndex(option => option.id === id)
        const option = question.options[index]
        if (!option) return null
        const name = option.text || playText.pictureNumber(index + 1)
        return (
          <li key={id}>
            {option.pictureUrl !== null && (
              <img src={option.pictureUrl} alt={option.text === '' ? name : ''} className={styles.thumb} />
            )}
            {option.text}
          </li>
        )
      })}
    </List>
  )
}
