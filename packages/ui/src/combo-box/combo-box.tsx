import { Button } from 'react-aria-components/Button'
import { ComboBox as AriaComboBox } from 'react-aria-components/ComboBox'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { classNames } from '../class-names.ts'
import fieldStyles from '../form/field.module.css'
import { FieldHint, FieldMessage } from '../form/field-message.tsx'
import { Icon } from '../icons/icon.tsx'
import listStyles from '../select/listbox.module.css'
import { useUiText } from '../ui-text.tsx'
import styles from './combo-box.module.css'

/** One thing that can be picked. */
export interface Choice {
  readonly id: string
  readonly name: string
  /** A second line that tells namesakes apart or says why one would not pick it. */
  readonly note?: string
}

export interface ComboBoxProps {
  readonly label: string
  readonly name: string
  readonly hint?: string
  readonly placeholder?: string
  /** What matches the text, best first; the caller searches. */
  readonly choices: readonly Choice[]
  readonly isSearching?: boolean
  readonly text: string
  readonly onTextChange: (text: string) => void
  readonly chosen: Choice | undefined
  readonly onChoose: (choice: Choice | undefined) => void
  readonly error?: string | undefined
  /** Said in the list when nothing matches. */
  readonly emptyText: string
  readonly autoFocus?: boolean
}

/**
 * A searchable picker. The text and the search are the caller's, so that it works over a list of any size: type, choose
 * with the arrows and Enter or with the pointer.
 */
export function ComboBox(props: ComboBoxProps) {
  const uiText = useUiText()
  const { choices, chosen, onChoose, onTextChange } = props
  return (
    <AriaComboBox
      items={choices}
      value={chosen?.id ?? null}
      onChange={key => {
        const choice = choices.find(candidate => candidate.id === key)
        if (choice) {
          onChoose(choice)
          onTextChange(choice.name)
        }
      }}
      inputValue={props.text}
      onInputChange={text => {
        onTextChange(text)
        if (chosen && text !== chosen.name) onChoose(undefined)
      }}
      // The caller has filtered already.
      defaultFilter={() => true}
      allowsEmptyCollection
      // What was typed stays when one leaves the field: it may be half a name, never thrown away.
      allowsCustomValue
      isInvalid={props.error !== undefined}
      validationBehavior="aria"
      {...(props.autoFocus ? { autoFocus: true } : {})}
      className={classNames(fieldStyles.field)}
    >
      <Label className={classNames(fieldStyles.label)}>{props.label}</Label>
      <FieldHint>{props.hint}</FieldHint>
      <div className={styles.box}>
        <Input
          name={props.name}
          autoComplete="off"
          placeholder={props.placeholder ?? ''}
          className={classNames(fieldStyles.input, styles.input)}
        />
        <Button className={classNames(styles.arrow)}>
          <Icon name="chevronDown" />
        </Button>
      </div>
      <FieldMessage>{props.error}</FieldMessage>
      <Popover className={classNames(listStyles.popover)} offset={4}>
        <ListBox<Choice>
          className={classNames(listStyles.list)}
          renderEmptyState={() => (
            <div className={listStyles.empty}>{props.isSearching ? uiText.searching : props.emptyText}</div>
          )}
        >
          {choice => (
            <ListBoxItem id={choice.id} textValue={choice.name} className={classNames(listStyles.option)}>
              {({ isSelected }) => (
                <>
                  <Text slot="label" className={classNames(listStyles.texts)}>
                    <span>{choice.name}</span>
                    {choice.note && <span className={listStyles.note}>{choice.note}</span>}
                  </Text>
                  {isSelected && <Icon name="check" />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  )
}
