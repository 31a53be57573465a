import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Helm as a library: `Helm.java CHART FOLDER`. Renders the chart with each FOLDER/NAME.values.yaml into NAME.rendered.yaml,
 * or writes why it is refused into NAME.refused; and lints what is in FOLDER/NAME.chart into NAME.lint, nothing if all is well.
 */
class HelmOnFolder {
  public static void main(String[] args) throws Exception {
    var chart = Path.of(args[0]);
    var folder = Path.of(args[1]);
    for (var file : ending(folder, ".values.yaml")) {
      var name = nameOf(file, ".values.yaml");
      try {
        var rendered = new Helm(chart).template().withName("bridge").withNamespace("polar")
            .withKubeVersion("1.36.0").withValuesFile(file).call();
        Files.writeString(folder.resolve(name + ".rendered.yaml"), rendered);
      } catch (RuntimeException error) {
        Files.writeString(folder.resolve(name + ".refused"), String.valueOf(error.getMessage()));
      }
    }
    for (var copy : ending(folder, ".chart")) {
      var result = new Helm(copy).lint().strict().call();
      var text = result.isFailed() ? String.join("\n", result.getMessages()) : "";
      Files.writeString(folder.resolve(nameOf(copy, ".chart") + ".lint"), text);
    }
  }

  private static List<Path> ending(Path folder, String end) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(end)).sorted().toList();
    }
  }

  private static String nameOf(Path file, String end) {
    var name = file.getFileName().toString();
    return name.substring(0, name.length() - end.length());
  }
}
