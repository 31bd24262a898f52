export { RouterProvider } from 'react-aria-components'
export { I18nProvider } from 'react-aria-components/I18nProvider'
export { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
export { Badge, type BadgeState } from './badge/badge.tsx'
export { Banner } from './banner/banner.tsx'
export { Button, type ButtonProps } from './button/button.tsx'
export { classNames } from './class-names.ts'
export { type Choice, ComboBox, type ComboBoxProps } from './combo-box/combo-box.tsx'
export { CopyField, type CopyFieldProps } from './copy-field/copy-field.tsx'
export { Dialog, DialogActions, type DialogProps } from './dialog/dialog.tsx'
export { FileButton, type FileButtonProps } from './file-button/file-button.tsx'
export { checkText, type TextRule } from './form/check-text.ts'
export { Form } from './form/form.tsx'
export { type TextFormOptions, useTextForm } from './form/use-text-form.ts'
export { DateText, InstantText } from './format/date-text.tsx'
export { daysUntil, formatDate, formatDateLong, formatDays, formatInstant, formatInstantDay } from './format/dates.ts'
export { formatMoney } from './format/money.ts'
export { formatNumber } from './format/numbers.ts'
export { useAfter } from './hooks/use-after.ts'
export { useDraft } from './hooks/use-draft.ts'
export { CARDS_BELOW_PX, useIsNarrow, useMedia } from './hooks/use-media.ts'
export { useNow } from './hooks/use-now.ts'
export { useSettled } from './hooks/use-settled.ts'
export {
  type Answer,
  type Client,
  type ClientOptions,
  createClient,
  type QueryValue,
  type ReadOptions,
  type WriteOptions,
} from './http/client.ts'
export { type Connection, type ConnectionState, useConnection, watchConnection } from './http/connection.ts'
export * as decode from './http/decode.ts'
export { type IdempotencyKeys, idempotencyKeys, type PendingKeys, storedKeys } from './http/idempotency.ts'
export { messagesByField, type Problem, readProblem } from './http/problem.ts'
export { isNotFound, isWorthRetrying, RequestError, type RequestFailure } from './http/request-error.ts'
export { type UploadOptions, upload } from './http/upload.ts'
export { Icon, type IconName } from './icons/icon.tsx'
export { BackLink, Link } from './link/link.tsx'
export { LinkButton, type LinkButtonProps } from './link-button/link-button.tsx'
export {
  changeListState,
  type ListSpec,
  type ListState,
  readListState,
  type Sort,
  sortToText,
  writeListState,
} from './list-state/list-state.ts'
export { type AddressQuery, useListState } from './list-state/use-list-state.ts'
export { type MenuAction, MenuButton } from './menu/menu-button.tsx'
export { NumberField, type NumberFieldProps } from './number-field/number-field.tsx'
export { ConnectionBar, type ConnectionBarProps } from './page-frame/connection-bar.tsx'
export { type NavItem, PageFrame } from './page-frame/page-frame.tsx'
export { PageTitle } from './page-frame/page-title.tsx'
export { Pagination } from './pagination/pagination.tsx'
export { Facts } from './part/facts.tsx'
export { Part } from './part/part.tsx'
export { ProgressBar, type ProgressBarProps } from './progress-bar/progress-bar.tsx'
export { SearchField } from './search-field/search-field.tsx'
export { SegmentedControl, type SegmentedOption } from './segmented/segmented-control.tsx'
export { Select } from './select/select.tsx'
export { ListSkeleton, Skeleton, SkeletonLine } from './skeleton/skeleton.tsx'
export { EmptyState } from './states/empty-state.tsx'
export { ErrorState } from './states/error-state.tsx'
export { Load, type Loadable } from './states/load.tsx'
export { Toolbar } from './states/toolbar.tsx'
export type { Column } from './table/column.ts'
export { DataTable } from './table/data-table.tsx'
export type { DataTableProps } from './table/data-table-props.ts'
export { RowActions } from './table/row-actions.tsx'
export { Tabs } from './tabs/tabs.tsx'
export { type CallTrace, type PageTraces, type PageTracesOptions, tracePage } from './telemetry/page-traces.ts'
export { TextArea, type TextAreaProps } from './text-area/text-area.tsx'
export { TextField, type TextFieldProps } from './text-field/text-field.tsx'
export { chooseTheme, type Theme, useTheme } from './theme/theme.ts'
export { ThemeSwitch } from './theme/theme-switch.tsx'
export { Tick, type TickProps } from './tick/tick.tsx'
export { createTimer, type Timer } from './timer.ts'
export { ToastRegion } from './toast/toast-region.tsx'
export { createToasts, showUndo, type ToastContent, type Toasts, UNDO_MS } from './toast/toasts.ts'
export { englishUiText, type UiText, UiTextProvider, useUiText } from './ui-text.tsx'
