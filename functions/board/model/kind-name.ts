import type { ObservableKind } from '../../../shared/domain/observables/observable.ts';

const KIND_NAMES: Readonly<Record<ObservableKind, string>> = {
  'file-sha256': 'SHA-256',
  'file-sha1': 'SHA-1',
  'file-md5': 'MD5',
  'file-name': 'File name',
  ip: 'IP address',
  url: 'URL',
  domain: 'Domain',
  'email-sender': 'Sender',
  'email-recipient': 'Recipient',
  'email-subject': 'Subject',
  'network-message-id': 'Message id',
  mailbox: 'Mailbox',
  user: 'User',
  device: 'Device',
  process: 'Process',
  'registry-key': 'Registry key',
  'oauth-app': 'OAuth app',
  'cloud-resource': 'Cloud resource',
  'alert-title': 'Title',
  incident: 'Incident number',
};

export const kindName = (kind: ObservableKind): string => KIND_NAMES[kind];
