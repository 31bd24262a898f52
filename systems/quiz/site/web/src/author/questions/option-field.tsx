import { Button, Icon, TextField, Tick } from '@terrace/ui'
import type { QuestionKind } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { PictureField } from '../pictures/picture-field.tsx'
import type { OptionDraft } from './question-draft.ts'
import styles from './questions.module.css'

export interface OptionFieldProps {
  readonly accountId: number
  readonly option: OptionDraft
  /** Counts from 0. */
  readonly index: number
  readonly count: number
  readonly kind: QuestionKind
  /** Names the marks that belong together. */
  readonly group: string
  readonly error: string | undefined
  readonly onChange: (change: Partial<OptionDraft>) => void
  readonly onMark: (isRight: boolean) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
  readonly onUploading: (by: 1 | -1) => void
}

/** One option: its words, its picture, whether it is right, its place. */
export function OptionField(props: OptionFieldProps) {
  const { accountId, option, index, count, kind, group, error } = props
  const { onChange, onMark, onMove, onRemove, onUploading } = props
  const number = index + 1
  return (
    <li className={styles.option}>
      <div className={styles.optionLine}>
        <TextField
          label={authorText.option(number)}
          name={`option-${number}`}
          value={option.text}
          onChange={text => onChange({ text })}
          error={error}
        />
        <div className={styles.tools}>
          {kind !== 'order' && (
            <Tick
              kind={kind === 'several' ? 'many' : 'one'}
              name={group}
              label={authorText.isRight(number)}
              isTicked={option.correct}
              onChange={onMark}
            />
          )}
          <Button
            size="small"
            look="quiet"
            iconOnly
            label={authorText.optionUp(number)}
            isDisabled={index === 0}
            onPress={() => onMove(-1)}
          >
            <Icon name="arrowUp" />
          </Button>
          <Button
            size="small"
            look="quiet"
            iconOnly
            label={authorText.optionDown(number)}
            isDisabled={number === count}
            onPress={() => onMove(1)}
          >
            <Icon name="arrowDown" />
          </Button>
          <Button size="small" look="quiet" iconOnly label={authorText.removeOption(number)} onPress={onRemove}>
            <Icon name="cross" />
          </Button>
        </div>
      </div>
      {(kind === 'picture' || option.pictureId !== null) && (
        <PictureField
          accountId={accountId}
          pictureId={option.pictureId}
          name={action => authorText.ofOption(action, number)}
          onChange={pictureId => onChange({ pictureId })}
          onUploading={onUploading}
        />
      )}
    </li>
  )
}
