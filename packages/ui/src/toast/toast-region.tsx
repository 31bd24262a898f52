import { Button as AriaButton } from 'react-aria-components/Button'
import { Text } from 'react-aria-components/Text'
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastRegion as AriaToastRegion,
  UNSTABLE_ToastContent as ToastContentBox,
} from 'react-aria-components/Toast'
import { Button } from '../button/button.tsx'
import { classNames } from '../class-names.ts'
import { Icon } from '../icons/icon.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './toast.module.css'
import type { Toasts } from './toasts.ts'

const ICONS = { good: 'check', bad: 'alert', info: 'info' } as const

/** Where toasts appear: the lower edge. F6 moves the focus there; hovering or focusing stops their clocks. */
export function ToastRegion({ toasts }: { readonly toasts: Toasts }) {
  const words = useUiText()
  return (
    <AriaToastRegion queue={toasts} aria-label={words.notifications} className={classNames(styles.region)}>
      {({ toast }) => (
        <AriaToast toast={toast} className={classNames(styles.toast, styles[toast.content.state])}>
          <Icon name={ICONS[toast.content.state]} />
          <ToastContentBox className={classNames(styles.content)}>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContentBox>
          {toast.content.action && (
            <Button size="small" onPress={toast.content.action.onAction}>
              {toast.content.action.label}
            </Button>
          )}
          <AriaButton slot="close" aria-label={words.close} className={classNames(styles.close)}>
            <Icon name="cross" />
          </AriaButton>
        </AriaToast>
      )}
    </AriaToastRegion>
  )
}
