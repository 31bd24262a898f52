import { Button, Icon } from '@terrace/ui'
import { useId, useRef } from 'react'
import { keepFocus } from '../../frame/keep-focus.ts'
import { authorText } from '../../text/author-text.ts'
import { MAX_OPTIONS, type QuestionMessages } from './check-question.ts'
import { OptionField } from './option-field.tsx'
import { emptyOption, freeKey, type OptionDraft, type QuestionDraft, withMark } from './question-draft.ts'
import styles from './questions.module.css'

export interface OptionFieldsProps {
  readonly accountId: number
  readonly draft: QuestionDraft
  readonly messages: QuestionMessages
  readonly onChange: (change: Partial<QuestionDraft>) => void
  readonly onUploading: (by: 1 | -1) => void
}

/** The options of a question; of an order, in the right order. */
export function OptionFields({ accountId, draft, messages, onChange, onUploading }: OptionFieldsProps) {
  const { kind, options } = draft
  const list = useRef<HTMLOListElement>(null)
  const name = useId()
  const field = (at: number) => list.current?.children[at]?.querySelector<HTMLElement>('input[type="text"]')
  const put = (next: readonly OptionDraft[]) => onChange({ options: next })
  const swap = (at: number, to: number) => {
    put(options.map((option, index) => options[index === at ? to : index === to ? at : index] ?? option))
    keepFocus(() => field(to))
  }
  const remove = (at: number) => {
    put(options.filter((_, index) => index !== at))
    keepFocus(() => field(Math.max(at - 1, 0)))
  }
  const add = () => {
    put([...options, emptyOption(freeKey(options))])
    requestAnimationFrame(() => field(options.length)?.focus())
  }
  return (
    <fieldset className={styles.options}>
      <legend className={styles.legend}>{kind === 'order' ? authorText.optionsOrder : authorText.options}</legend>
      <p className={styles.note}>{HINTS[kind]}</p>
      <ol ref={list} className={styles.optionList}>
        {options.map((option, index) => (
          <OptionField
            key={option.key}
            accountId={accountId}
            option={option}
            index={index}
            count={options.length}
            kind={kind}
            group={name}
            error={messages[`options.${index}.text`]}
            onChange={next => put(options.map(other => (other.key === option.key ? { ...other, ...next } : other)))}
            onMark={correct => onChange(withMark(draft, option.key, correct))}
            onMove={by => swap(index, index + by)}
            onRemove={() => remove(index)}
            onUploading={onUploading}
          />
        ))}
      </ol>
      {options.length < MAX_OPTIONS && (
        <div>
          <Button size="small" onPress={add}>
            <Icon name="plus" /> {authorText.addOption}
          </Button>
        </div>
      )}
    </fieldset>
  )
}

const HINTS = {
  one: authorText.optionsHintOne,
  picture: authorText.optionsHintOne,
  several: authorText.optionsHintSeveral,
  order: authorText.optionsHintOrder,
  text: '',
} as const
