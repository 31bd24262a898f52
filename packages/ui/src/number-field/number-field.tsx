import { Button } from 'react-aria-components/Button'
import { Group } from 'react-aria-components/Group'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { NumberField as AriaNumberField } from 'react-aria-components/NumberField'
import { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
import { classNames } from '../class-names.ts'
import fieldStyles from '../form/field.module.css'
import { FieldMessage } from '../form/field-message.tsx'
import { Icon } from '../icons/icon.tsx'
import styles from './number-field.module.css'

export interface NumberFieldProps {
  /** Says of what: "Quantity of Red mug". */
  readonly label: string
  /** Reads the label to screen readers only, where the place says what the number is. */
  readonly isLabelHidden?: boolean
  readonly name: string
  readonly value: number
  /** Told each whole number in the range, when the field is left, with Enter, or by a press of + or −. */
  readonly onChange: (value: number) => void
  readonly min: number
  readonly max: number
  readonly error?: string | undefined
  readonly isDisabled?: boolean
}

/** A whole number that is typed, or counted up and down. What is no number, or out of range, becomes the nearest. */
export function NumberField({ label, isLabelHidden = false, error, min, max, onChange, ...field }: NumberFieldProps) {
  return (
    <AriaNumberField
      {...field}
      minValue={min}
      maxValue={max}
      step={1}
      onChange={value => {
        if (Number.isSafeInteger(value)) onChange(value)
      }}
      formatOptions={{ maximumFractionDigits: 0 }}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      isWheelDisabled
      className={classNames(fieldStyles.field)}
    >
      {isLabelHidden ? (
        <VisuallyHidden>
          <Label>{label}</Label>
        </VisuallyHidden>
      ) : (
        <Label className={classNames(fieldStyles.label)}>{label}</Label>
      )}
      <Group className={classNames(styles.group)}>
        <Button slot="decrement" className={classNames(styles.step)}>
          <Icon name="minus" />
        </Button>
        <Input className={classNames(styles.input)} />
        <Button slot="increment" className={classNames(styles.step)}>
          <Icon name="plus" />
        </Button>
      </Group>
      <FieldMessage>{error}</FieldMessage>
    </AriaNumberField>
  )
}
