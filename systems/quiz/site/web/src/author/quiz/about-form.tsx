import { useQueryClient } from '@tanstack/react-query'
import { Button, decode, Form, RequestError, TextArea, TextField, useTextForm } from '@terrace/ui'
import { useEffect, useMemo, useState } from 'react'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import type { Plain, Quiz, WholeQuiz } from '../../api/types.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import { useSessionState } from '../use-session-state.ts'
import { ABOUT_LABELS, ABOUT_RULES } from './about-rules.ts'
import { Conflict } from './conflict.tsx'
import styles from './quiz.module.css'

/** What the author saw when typing began. */
type Base = Pick<Quiz, 'title' | 'description' | 'version'>

const baseOf = decode.object<Plain<Base>>({ title: decode.text, description: decode.text, version: decode.number })

export interface AboutFormProps {
  readonly accountId: number
  readonly quiz: WholeQuiz
}

/** Title and description. What was saved elsewhere while one typed is shown beside it; nothing is overwritten unasked. */
export function AboutForm({ accountId, quiz }: AboutFormProps) {
  const { title, description, version } = quiz
  const now = { title, description, version }
  const [base, isKept, keep, forget] = useSessionState<Base>(`quiz.base.${quiz.id}`, baseOf, now)
  // What was typed stays when the version changes: it is kept under the quiz's name.
  return (
    <TypedAbout
      key={base.version}
      accountId={accountId}
      quiz={quiz}
      base={base}
      isBaseKept={isKept}
      keepBase={keep}
      forgetBase={forget}
    />
  )
}

interface TypedAboutProps extends AboutFormProps {
  readonly base: Base
  readonly isBaseKept: boolean
  readonly keepBase: (base: Base) => void
  readonly forgetBase: () => void
}

function TypedAbout({ accountId, quiz, base, isBaseKept, keepBase, forgetBase }: TypedAboutProps) {
  const { api, toasts } = useServices()
  const queries = useQueryClient()
  const [isKeeping, setKeeping] = useState(false)
  const { queryKey } = ask.quiz(api, accountId, quiz.id)
  const { title, description, version } = base
  const initial = useMemo(() => ({ title, description }), [title, description])

  const save = async (values: { readonly title: string; readonly description: string }, version: number) => {
    const saved = await api.changeQuiz(quiz.id, { ...values, version })
    queries.setQueryData(queryKey, known => known && { ...known, ...saved })
    keepBase({ title: saved.title, description: saved.description, version: saved.version })
    toasts.add({ state: 'good', text: authorText.aboutSaved }, { timeout: 6_000 })
  }

  const form = useTextForm({
    key: `about-${quiz.id}`,
    initial,
    rules: ABOUT_RULES,
    send: async values => {
      try {
        await save(values, version)
      } catch (error) {
        // Shows what is there now, before anything is said about it.
        if (isConflict(error)) await queries.refetchQueries({ queryKey })
        throw error
      }
    },
    onDone: () => {},
    explain,
    sayField: (name, message) => text.fieldSays(ABOUT_LABELS[name], message),
  })

  const typed = { title: form.field('title').value, description: form.field('description').value }
  const isTouched = typed.title !== title || typed.description !== description
  const isNewer = quiz.version !== version
  const takeTheirs = () => {
    form.discard()
    forgetBase()
  }
  // From the first character on, what one saw then is what one changes; whoever typed nothing just sees what is newer.
  useEffect(() => {
    if (isTouched && !isBaseKept) keepBase({ title, description, version })
    if (!isTouched && isBaseKept) forgetBase()
  }, [isTouched, isBaseKept, keepBase, forgetBase, title, description, version])

  const keepMine = async () => {
    setKeeping(true)
    try {
      await save(typed, quiz.version)
      form.discard()
    } catch (error) {
      if (isConflict(error)) await queries.refetchQueries({ queryKey })
      toasts.add({ state: 'bad', text: authorText.notChanged(explain(error)) })
    } finally {
      setKeeping(false)
    }
  }

  return (
    <div className={styles.about}>
      <Form
        onSubmit={form.onSubmit}
        failure={isNewer ? undefined : form.failure}
        actions={
          !(isNewer && isTouched) && (
            <div>
              <Button type="submit" isPending={form.isPending}>
                {authorText.saveAbout}
              </Button>
            </div>
          )
        }
      >
        <TextField label={authorText.title} isRequired {...form.field('title')} />
        <TextArea label={authorText.description} hint={authorText.descriptionHint} {...form.field('description')} />
      </Form>
      {isNewer && isTouched && (
        <Conflict
          theirs={quiz}
          mine={typed}
          isKeeping={isKeeping}
          onKeepMine={() => void keepMine()}
          onTakeTheirs={takeTheirs}
        />
      )}
    </div>
  )
}

const isConflict = (error: unknown): boolean => error instanceof RequestError && error.status === 409
