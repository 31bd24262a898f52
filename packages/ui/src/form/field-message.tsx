import { Text } from 'react-aria-components/Text'
import { Icon } from '../icons/icon.tsx'
import styles from './field.module.css'

/** The words under a field that say what to put right, tied to the field for screen readers. */
export const FieldMessage = ({ children }: { readonly children: string | undefined }) =>
  children === undefined ? null : (
    <Text slot="errorMessage" className={styles.error ?? ''}>
      <Icon name="alert" />
      <span>{children}</span>
    </Text>
  )

/** A hint under a field, tied to it for screen readers. */
export const FieldHint = ({ children }: { readonly children: string | undefined }) =>
  children === undefined ? null : (
    <Text slot="description" className={styles.description ?? ''}>
      {children}
    </Text>
  )
