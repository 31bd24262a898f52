import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { classNames } from '../class-names.ts'
import fieldStyles from '../form/field.module.css'
import { Icon } from '../icons/icon.tsx'
import listStyles from './listbox.module.css'
import styles from './select.module.css'

export interface SelectProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  /** The label beside the value instead of above it, for toolbars. */
  readonly isInline?: boolean
}

/** One of a few values, by a button that opens a list. */
export function Select<Value extends string>({
  label,
  value,
  onChange,
  options,
  isInline = false,
}: SelectProps<Value>) {
  return (
    <AriaSelect
      value={value}
      onChange={key => {
        const chosen = options.find(option => option.value === key)
        if (chosen) onChange(chosen.value)
      }}
      className={classNames(fieldStyles.field, isInline && styles.inline)}
    >
      <Label className={classNames(isInline ? styles.inlineLabel : fieldStyles.label)}>{label}</Label>
      <Button className={classNames(fieldStyles.input, styles.trigger)}>
        <SelectValue className={classNames(styles.value)} />
        <Icon name="chevronDown" />
      </Button>
      <Popover className={classNames(listStyles.popover)} offset={4}>
        <ListBox items={options} className={classNames(listStyles.list)}>
          {option => (
            <ListBoxItem id={option.value} textValue={option.label} className={classNames(listStyles.option)}>
              {({ isSelected }) => (
                <>
                  {option.label}
                  {isSelected && <Icon name="check" />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
