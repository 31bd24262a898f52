import { Button, Icon, Select } from '@terrace/ui'
import { useState } from 'react'
import { QUESTION_KINDS, type QuestionKind } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { isKept } from '../use-session-state.ts'
import { newDraft, questionKey } from './question-draft.ts'
import { QuestionForm } from './question-form.tsx'
import styles from './questions.module.css'

/** The place for the next question. One that was begun and not saved opens again. */
export function AddQuestion({ accountId, quizId }: { readonly accountId: number; readonly quizId: string }) {
  const key = questionKey(`new-in-${quizId}`)
  const [kind, setKind] = useState<QuestionKind>('one')
  const [isOpen, setOpen] = useState(() => isKept(key))
  if (isOpen)
    return (
      <section className={styles.card} aria-label={authorText.newQuestion}>
        <h3>{authorText.newQuestion}</h3>
        <QuestionForm
          accountId={accountId}
          quizId={quizId}
          storageKey={key}
          questionId={undefined}
          initial={newDraft(kind)}
          onClose={() => setOpen(false)}
        />
      </section>
    )
  return (
    <div className={styles.add}>
      <Select<QuestionKind>
        label={authorText.addKind}
        value={kind}
        onChange={setKind}
        options={QUESTION_KINDS.map(value => ({ value, label: authorText.kind(value) }))}
      />
      <Button onPress={() => setOpen(true)}>
        <Icon name="plus" /> {authorText.addQuestion}
      </Button>
    </div>
  )
}
