import type { ReactNode } from 'react'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { classNames } from '../class-names.ts'
import styles from './segmented-control.module.css'

export interface SegmentedOption<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly icon?: ReactNode
}

export interface SegmentedControlProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly SegmentedOption<Value>[]
  /** Shows the icons alone; the labels are then read to screen readers and shown as titles. */
  readonly iconsOnly?: boolean
}

/** One of two to four values that are all in sight; arrow keys move between them. */
export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>) {
  const { label, value, onChange, options, iconsOnly = false } = props
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={keys => {
        const chosen = options.find(option => keys.has(option.value))
        if (chosen) onChange(chosen.value)
      }}
      className={classNames(styles.group)}
    >
      {options.map(option => (
        <ToggleButton
          key={option.value}
          id={option.value}
          className={classNames(styles.option, iconsOnly && styles.iconOnly)}
          {...(iconsOnly ? { 'aria-label': option.label } : {})}
        >
          {option.icon}
          {!iconsOnly && option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
