import { useQueryClient } from '@tanstack/react-query'
import { Banner, focusHeading, ProgressBar } from '@terrace/ui'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useSearchParams } from 'react-router'
import type { Ticket } from '../api/play-api.ts'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Attempt } from '../api/types.ts'
import { explain } from '../explain.ts'
import { playText } from '../text/play-text.ts'
import { openOutbox } from './outbox.ts'
import styles from './play.module.css'
import { QuestionStep } from './question-step.tsx'
import { ReviewStep } from './review-step.tsx'

/** The questions, one at a time, and what is left to do at the end. Which one is in the address, so that *back* works. */
export function RunView({ ticket, attempt }: { readonly ticket: Ticket; readonly attempt: Attempt }) {
  const { play } = useServices()
  const queries = useQueryClient()
  const [outbox] = useState(() => openOutbox(play, ticket, attempt))
  const { answers, isStuck, refusal } = useSyncExternalStore(outbox.subscribe, outbox.state)
  const [params, setParams] = useSearchParams()
  const heading = useRef<HTMLHeadingElement>(null)
  const { questions } = attempt.quiz
  const at = readStep(params.get('q'), questions.length)
  const question = questions[at]

  const shown = useRef(at)
  useEffect(() => {
    if (shown.current === at) return
    shown.current = at
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [at])

  const goTo = (step: number) => setParams({ q: String(step + 1) })
  const finish = async () => {
    await outbox.settle()
    const finished = await play.finish(ticket)
    outbox.forget()
    setParams({}, { replace: true })
    queries.setQueryData(ask.attempt(play, ticket).queryKey, finished)
    window.scrollTo(0, 0)
    focusHeading()
  }

  return (
    <div className={styles.run}>
      <ProgressBar
        label={playText.progress}
        value={questions.length === 0 ? 1 : at / questions.length}
        words={question ? playText.questionOf(at + 1, questions.length) : playText.allAsked}
      />
      {refusal && <Banner state="warning">{playText.refusedAnswers(explain(refusal))}</Banner>}
      {isStuck && (
        <Banner state="warning" icon="cloudOff">
          {playText.unsent}
        </Banner>
      )}
      {question ? (
        <QuestionStep
          key={question.id}
          headingRef={heading}
          question={question}
          answer={answers[question.id]}
          onAnswer={(given, afterMs) => outbox.answer(question.id, given, afterMs)}
          onBack={at === 0 ? undefined : () => goTo(at - 1)}
          onNext={() => goTo(at + 1)}
          isLast={at === questions.length - 1}
        />
      ) : (
        <ReviewStep headingRef={heading} questions={questions} answers={answers} onGoTo={goTo} onFinish={finish} />
      )}
    </div>
  )
}

/** The step of an address, counted from 0; the one after the last question is the end. */
function readStep(text: string | null, count: number): number {
  const step = Number(text ?? '1') - 1
  return Number.isSafeInteger(step) ? Math.min(Math.max(step, 0), count) : 0
}
