import { Button, Form, NumberField, Select, TextArea } from '@terrace/ui'
import { useState } from 'react'
import { QUESTION_KINDS, type QuestionKind } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { PictureField } from '../pictures/picture-field.tsx'
import { OptionFields } from './option-fields.tsx'
import { withKind } from './question-draft.ts'
import styles from './questions.module.css'
import { type QuestionFormOptions, useQuestionForm } from './use-question-form.ts'

const MAX_POINTS = 100

/** Everything about a question. It may be saved incomplete; what misses is then said at the question. */
export function QuestionForm(props: QuestionFormOptions) {
  const { accountId } = props
  const form = useQuestionForm(props)
  const { draft, change, messages } = form
  const [uploads, setUploads] = useState(0)
  const countUpload = (by: 1 | -1) => setUploads(now => now + by)
  return (
    <div className={styles.form}>
      <Form
        onSubmit={form.onSubmit}
        failure={form.failure}
        actions={
          <div className={styles.ways}>
            <Button type="submit" look="primary" isPending={form.isPending} isDisabled={uploads > 0}>
              {authorText.saveQuestion}
            </Button>
            <Button onPress={form.cancel}>{authorText.cancel}</Button>
          </div>
        }
      >
        <TextArea
          label={authorText.questionText}
          name="text"
          rows={2}
          value={draft.text}
          onChange={text => change({ text })}
          error={messages.text}
        />
        <div className={styles.side}>
          <Select<QuestionKind>
            label={authorText.kindLabel}
            value={draft.kind}
            onChange={kind => change(withKind(draft, kind))}
            options={QUESTION_KINDS.map(value => ({ value, label: authorText.kind(value) }))}
          />
          <NumberField
            label={authorText.points}
            name="points"
            value={draft.points}
            min={1}
            max={MAX_POINTS}
            onChange={points => change({ points })}
            error={messages.points}
          />
        </div>
        <PictureField
          accountId={accountId}
          pictureId={draft.pictureId}
          name={authorText.ofQuestion}
          onChange={pictureId => change({ pictureId })}
          onUploading={countUpload}
        />
        {draft.kind === 'text' ? (
          <TextArea
            label={authorText.answers}
            hint={authorText.answersHint}
            name="answers"
            value={draft.answers}
            onChange={answers => change({ answers })}
            error={messages.answers}
          />
        ) : (
          <OptionFields
            accountId={accountId}
            draft={draft}
            messages={messages}
            onChange={change}
            onUploading={countUpload}
          />
        )}
        <TextArea
          label={authorText.explanation}
          hint={authorText.explanationHint}
          name="explanation"
          rows={2}
          value={draft.explanation}
          onChange={explanation => change({ explanation })}
          error={messages.explanation}
        />
      </Form>
    </div>
  )
}
