{{- define "bridge.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* The beginning of all names; 50 characters, so that `-publisher` and a Pod's own ending have room. */}}
{{- define "bridge.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "bridge.name" .) .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "bridge.name" .) | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "bridge.serviceAccountName" -}}
{{ default (ternary (include "bridge.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{/* What chooses pods; it can never change. Takes (list $ component). */}}
{{- define "bridge.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "bridge.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "bridge.labels" -}}
{{- $root := index . 0 -}}
{{ include "bridge.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: accesslink-bridge
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "bridge.image" -}}
{{- if and (eq .Values.image.tag "latest") (not .Values.image.digest) }}{{ fail "image.tag: latest says nothing; name a version, or leave it empty for the chart's own" }}{{ end -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end -}}
{{- end }}

{{- define "bridge.port" -}}
{{ get (dict "auth" 3001 "poller" 3002 "publisher" 3003) . }}
{{- end }}

{{/* Where auth gives pollers access tokens. */}}
{{- define "bridge.internalPort" -}}3011{{- end }}

{{/* The Secret of a program. Takes (list $ program). */}}
{{- define "bridge.secret" -}}
{{- $root := index . 0 -}}
{{ default $root.Values.existingSecret (get $root.Values (index . 1)).existingSecret | required (printf "%s.existingSecret: name the Secret that has its keys, here or as existingSecret" (index . 1)) }}
{{- end }}

{{- define "bridge.tenantsConfigMap" -}}
{{ default (printf "%s-tenants" (include "bridge.fullname" .)) .Values.tenants.existingConfigMap }}
{{- end }}
