import { useQueryClient } from '@tanstack/react-query'
import { type IdempotencyKeys, idempotencyKeys, RequestError } from '@terrace/ui'
import { type FormEvent, useRef, useState } from 'react'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import type { WholeQuiz } from '../../api/types.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { useSessionState } from '../use-session-state.ts'
import { checkQuestion, messagesOf, type QuestionMessages } from './check-question.ts'
import { inputOf, type QuestionDraft, questionDraftOf } from './question-draft.ts'

export interface QuestionFormOptions {
  readonly accountId: number
  readonly quizId: string
  /** Where what is typed is kept. */
  readonly storageKey: string
  /** Undefined for a new one. */
  readonly questionId: string | undefined
  readonly initial: QuestionDraft
  readonly onClose: () => void
}

/** A question's form: what is typed is kept until it is saved or given up. */
export function useQuestionForm(options: QuestionFormOptions) {
  const { accountId, quizId, storageKey, questionId, initial, onClose } = options
  const { api, toasts } = useServices()
  const queries = useQueryClient()
  const [draft, , setDraft, forget] = useSessionState(storageKey, questionDraftOf, initial)
  const [messages, setMessages] = useState<QuestionMessages>({})
  const [failure, setFailure] = useState<string>()
  const [isPending, setPending] = useState(false)
  const keys = useRef<IdempotencyKeys>(null)
  keys.current ??= idempotencyKeys()

  const save = async () => {
    if (isPending) return
    const wrong = checkQuestion(draft)
    setMessages(wrong)
    setFailure(undefined)
    if (Object.keys(wrong).length > 0) return
    const input = inputOf(draft)
    setPending(true)
    try {
      const saved =
        questionId === undefined
          ? await api.addQuestion(quizId, input, keys.current?.keyFor(input) ?? '')
          : await api.changeQuestion(questionId, input)
      keys.current?.settled()
      const { queryKey } = ask.quiz(api, accountId, quizId)
      queries.setQueryData(queryKey, known => known && withQuestion(known, saved))
      void queries.invalidateQueries({ queryKey: ['mine', accountId] })
      toasts.add({ state: 'good', text: authorText.questionSaved }, { timeout: 4_000 })
      forget()
      onClose()
    } catch (error) {
      keys.current?.settled(error)
      const problem = error instanceof RequestError ? error.problem : undefined
      setMessages(messagesOf(problem))
      setFailure(explain(error))
      setPending(false)
    }
  }

  return {
    draft,
    change: (next: Partial<QuestionDraft>) => {
      setMessages({})
      setDraft({ ...draft, ...next })
    },
    messages,
    failure,
    isPending,
    onSubmit: (event: FormEvent) => {
      event.preventDefault()
      void save()
    },
    cancel: () => {
      forget()
      onClose()
    },
  }
}

const withQuestion = (quiz: WholeQuiz, saved: WholeQuiz['questions'][number]): WholeQuiz => ({
  ...quiz,
  questions: quiz.questions.some(({ id }) => id === saved.id)
    ? quiz.questions.map(question => (question.id === saved.id ? saved : question))
    : [...quiz.questions, saved],
})
