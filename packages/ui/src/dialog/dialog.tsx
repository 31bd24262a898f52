import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from '../button/button.tsx'
import { classNames } from '../class-names.ts'
import { Icon } from '../icons/icon.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './dialog.module.css'

export interface DialogProps {
  readonly title: string
  /** Shown while true; it keeps the focus inside and gives it back to where it came from. */
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  /** `alertdialog` when it interrupts with a question. */
  readonly role?: 'dialog' | 'alertdialog'
}

/** A dialog over the page; on a phone it rises from the lower edge. Escape closes it, a click beside it does not. */
export function Dialog({ title, isOpen, onClose, children, role = 'dialog' }: DialogProps) {
  const text = useUiText()
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={open => !open && onClose()} className={classNames(styles.overlay)}>
      <Modal className={classNames(styles.modal)}>
        <AriaDialog role={role} className={classNames(styles.dialog)}>
          <header className={styles.header}>
            <Heading slot="title" level={2} className={classNames(styles.title)}>
              {title}
            </Heading>
            <Button look="quiet" size="small" iconOnly label={text.close} onPress={onClose}>
              <Icon name="cross" />
            </Button>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** The row of buttons that ends a dialog: the one that acts first, then the way out. */
export const DialogActions = ({ children }: { readonly children: ReactNode }) => (
  <div className={styles.actions}>{children}</div>
)
