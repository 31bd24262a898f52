import { Banner, Button, CopyField } from '@terrace/ui'
import { useState } from 'react'
import type { WholeQuiz } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { questionKey } from '../questions/question-draft.ts'
import { isKept } from '../use-session-state.ts'
import styles from './quiz.module.css'
import { QuizStateBadge } from './quiz-state-badge.tsx'
import { useChangeState } from './use-change-state.ts'

export interface StateBoxProps {
  readonly accountId: number
  /** With the questions that are not being deleted. */
  readonly quiz: WholeQuiz
  /** Deletes now what is being deleted. */
  readonly settleRemovals: () => Promise<void>
}

const EXPLAINED = {
  draft: authorText.stateDraftText,
  published: authorText.statePublishedText,
  closed: authorText.stateClosedText,
} as const

/** Whether players can take the quiz, by which link, and the one step that changes that. */
export function StateBox({ accountId, quiz, settleRemovals }: StateBoxProps) {
  const { state, code } = quiz
  const [wasTried, setTried] = useState(false)
  const blocked = wasTried ? whyNot(quiz) : ''
  const { change, isPending } = useChangeState(accountId, quiz.id)
  const publish = async () => {
    setTried(true)
    if (whyNot(quiz) !== '') return
    await settleRemovals()
    await change('publish')
  }
  return (
    <section className={styles.state} aria-label={authorText.stateColumn}>
      <div className={styles.stateLine}>
        <QuizStateBadge state={state} />
        <p className={styles.stateText}>{EXPLAINED[state]}</p>
        {state === 'draft' && (
          <Button look="primary" onPress={() => void publish()} isPending={isPending}>
            {authorText.publish}
          </Button>
        )}
        {state === 'published' && (
          <Button onPress={() => void change('close')} isPending={isPending}>
            {authorText.close}
          </Button>
        )}
        {state === 'closed' && (
          <Button onPress={() => void change('reopen')} isPending={isPending}>
            {authorText.reopen}
          </Button>
        )}
      </div>
      {blocked !== '' && state === 'draft' && (
        <div role="alert">
          <Banner state="warning">{authorText.notPublished(blocked)}</Banner>
        </div>
      )}
      {state === 'published' && code !== null && (
        <>
          <CopyField
            label={authorText.share}
            value={`${window.location.origin}/play/${code}`}
            copyLabel={authorText.copyLink}
          />
          <p className={styles.note}>{authorText.codeIs(code)}</p>
        </>
      )}
    </section>
  )
}

/** Why the quiz can't be published yet, in words; empty when it can. */
function whyNot({ questions }: WholeQuiz): string {
  if (questions.length === 0) return authorText.publishNone
  const unsaved = questions.filter(({ id }) => isKept(questionKey(id))).length
  if (unsaved > 0) return authorText.publishUnsaved(unsaved)
  const incomplete = questions.filter(({ problems }) => problems.length > 0).length
  return incomplete > 0 ? authorText.publishIncomplete(incomplete) : ''
}
