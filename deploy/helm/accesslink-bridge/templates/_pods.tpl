{{/* The keys that a program's Secret has to have. */}}
{{- define "bridge.secretKeys" -}}
{{- $values := (index . 0).Values -}}
{{- $app := index . 1 -}}
{{- $keys := list "DATABASE_URL" -}}
{{- if eq $app "auth" }}{{ $keys = concat $keys (list "REDIS_URL" "ADMIN_TOKEN" "INTERNAL_TOKEN" "ENCRYPTION_KEYS") }}{{ end -}}
{{- if eq $app "poller" }}{{ $keys = concat $keys (list "REDIS_URL" "INTERNAL_TOKEN") }}{{ end -}}
{{- if and (has $app (list "poller" "publisher")) (get $values $app).adminToken }}{{ $keys = append $keys "ADMIN_TOKEN" }}{{ end -}}
{{- if and $values.traces.headers (dig "settings" "OTEL_EXPORTER_OTLP_ENDPOINT" "" (get $values $app)) }}{{ $keys = append $keys "OTEL_EXPORTER_OTLP_HEADERS" }}{{ end -}}
{{- if eq $app "publisher" -}}
{{- if $values.kafka.tls.ca }}{{ $keys = append $keys "KAFKA_SSL_CA" }}{{ end -}}
{{- if $values.kafka.tls.clientCertificate }}{{ $keys = concat $keys (list "KAFKA_SSL_CERT" "KAFKA_SSL_KEY") }}{{ end -}}
{{- if $values.kafka.sasl.mechanism }}{{ $keys = append $keys "KAFKA_PASSWORD" }}{{ end -}}
{{- end -}}
{{ toJson $keys }}
{{- end }}

{{/* Secrets are files: what is in the environment shows in `kubectl describe` of a debugger and in crash dumps. */}}
{{- define "bridge.secretEnv" -}}
{{- range include "bridge.secretKeys" . | fromJsonArray }}
- { name: {{ . }}_FILE, value: /etc/accesslink-bridge/secrets/{{ . }} }
{{- end }}
{{- end }}

{{- define "bridge.secretVolume" -}}
- name: secrets
  secret:
    secretName: {{ include "bridge.secret" . }}
    defaultMode: 0440
    items:
      {{- range include "bridge.secretKeys" . | fromJsonArray }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end }}

{{/* With fsGroup, so that files of mode 0440 can be read. */}}
{{- define "bridge.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "bridge.securityContext" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "bridge.container" -}}
image: {{ include "bridge.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- include "bridge.securityContext" . | nindent 2 }}
{{- end }}

{{/* What is the same for every pod. */}}
{{- define "bridge.placement" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "bridge.podSecurityContext" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{ toJson . }}
{{- end }}
{{- end }}
